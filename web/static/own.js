// What else the visitor's own page knows of its holder: fetched with the private link, sent without leaving the page.
"use strict";

(() => {
  const own = document.getElementById("own");
  const lost = document.getElementById("own-lost");
  let token = "";
  let sending = false;

  async function ask(url, body) {
    if (sending || !token) return;
    sending = true;
    lost.hidden = true;
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { Authorization: "Bearer " + token, "Accept-Language": document.documentElement.lang },
        body: new URLSearchParams(body),
        cache: "no-store",
        credentials: "omit",
      });
      if (answer.status !== 200 && answer.status !== 422) throw new Error(String(answer.status));
      take(await answer.text());
    } catch (_lost) {
      if (body) complain();
    }
    sending = false;
  }

  function take(part) {
    if (!token) return; // forgotten meanwhile
    own.innerHTML = part;
    const last = own.querySelector("[data-withdrawn]");
    if (last) {
      document.dispatchEvent(new CustomEvent("withdrawn", { detail: last.dataset.withdrawn }));
      return;
    }
    own.hidden = false;
    const wrong = own.querySelector("[aria-invalid], .wrong[role=alert]");
    if (wrong) wrong.focus();
  }

  function complain() {
    lost.textContent = own.dataset.lost;
    lost.hidden = false;
  }

  // A file is handed over as a download, and the page stays.
  async function fetchFile(url, name) {
    if (sending || !token) return;
    sending = true;
    lost.hidden = true;
    try {
      const headers = { Authorization: "Bearer " + token, "Accept-Language": document.documentElement.lang };
      const answer = await fetch(url, { method: "POST", headers, cache: "no-store", credentials: "omit" });
      if (!answer.ok) throw new Error(String(answer.status));
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    } catch (_lost) {
      complain();
    }
    sending = false;
  }

  own.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    if (form.dataset.file) fetchFile(form.action, form.dataset.file);
    else ask(form.action, new FormData(form));
  });
  document.addEventListener("holder", (event) => {
    token = event.detail;
    if (token) {
      ask(own.dataset.url);
    } else {
      own.hidden = lost.hidden = true;
      own.replaceChildren();
    }
  });
  // What staff did meanwhile is shown when the page is looked at again, unless something is being typed.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && !own.querySelector("details[open]")) ask(own.dataset.url);
  });
})();
