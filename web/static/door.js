// The check-in page: remembers the visitor on this phone only, sends once, and keeps the answer visibly alive.
"use strict";

(() => {
  const VISITOR = "codeplace.visitor";
  const PENDING = "codeplace.pending";
  const TEN_MINUTES = 600000;

  // Storage is refused in some private windows and in-app browsers; the page works without it.
  const kept = {
    get(key) {
      try { return JSON.parse(localStorage.getItem(key)); } catch (_refused) { return null; }
    },
    set(key, value) {
      try { localStorage.setItem(key, JSON.stringify(value)); } catch (_refused) { /* not remembered */ }
    },
    drop(key) {
      try { localStorage.removeItem(key); } catch (_refused) { /* nothing was kept */ }
    },
  };

  const form = document.getElementById("check-in");
  if (form) {
    const { name, phone, entry_id: entryId } = form.elements;
    const forget = document.getElementById("forget");
    const button = form.querySelector("button");
    const known = kept.get(VISITOR);
    if (known && !name.value && !phone.value) {
      name.value = known.name;
      phone.value = known.phone;
    }
    forget.hidden = !known;
    forget.addEventListener("click", () => {
      kept.drop(VISITOR);
      name.value = phone.value = "";
      forget.hidden = true;
      name.focus();
    });

    // A reply that got lost, a reload or a second tab sends the same entry again, and the server makes one of it.
    const pending = kept.get(PENDING);
    if (pending && pending.path === location.pathname && Date.now() - pending.at < TEN_MINUTES) {
      entryId.value = pending.id;
    }
    form.addEventListener("submit", (event) => {
      if (button.disabled) event.preventDefault();
      button.disabled = true;
      kept.set(PENDING, { path: location.pathname, id: entryId.value, at: Date.now() });
      if (name.value && phone.value) kept.set(VISITOR, { name: name.value, phone: phone.value });
    });
    window.addEventListener("pageshow", () => { button.disabled = false; });
    const wrong = form.querySelector("[aria-invalid]");
    if (wrong) wrong.focus();
  }

  const clock = document.getElementById("clock");
  if (clock) {
    kept.drop(PENDING);
    const { zone, now, at, seconds, minutes } = clock.dataset;
    const ahead = Number(now) - Date.now();
    const [time, since] = clock.children;
    const style = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone: zone };
    const tick = () => {
      const here = Date.now() + ahead;
      const past = Math.max(0, Math.floor((here - Number(at)) / 1000));
      time.textContent = new Date(here).toLocaleTimeString("en-GB", style);
      since.textContent = past < 120 ? seconds.replace("{n}", past) : minutes.replace("{n}", Math.floor(past / 60));
      document.body.classList.toggle("is-old", past > 600);
    };
    tick();
    setInterval(tick, 250);
  }
})();
