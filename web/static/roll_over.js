// A roll call that is over: nothing of it stays on this phone, unless marks of it still wait to be sent.
"use strict";

(() => {
  const root = document.getElementById("roll-over");
  const marks = new RollMarks(root.dataset.id, "", "", () => {});
  if (!marks.waiting()) RollMarks.forget(root.dataset.id, root.dataset.scope);
})();
