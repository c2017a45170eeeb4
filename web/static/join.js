// The secret of a link stands behind "#", which browsers send to nobody: this hands it in, once.
"use strict";

(() => {
  const secret = location.hash.slice(1);
  const form = document.getElementById("open-link");
  if (!secret || !form) return;
  // A glance at the address bar, or going back, must not find it.
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.link.value = secret;
  form.submit();
})();
