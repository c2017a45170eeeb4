// The check-in page: remembers the visitor on this phone only, sends once, survives a bad network, and keeps
// the answer visibly alive. On every form for visitors what was typed goes along to the other language. Written
// for phones of 2018 and later (ES2017); without it the form works as well.
"use strict";

(() => {
  const VISITOR = "codeplace.visitor";
  const PENDING = "codeplace.pending";
  const HERE = "codeplace.here";
  const VISITS = "codeplace.visits"; // shown on the visitor's own page, and sent nowhere
  const VISITS_MOST = 40;
  const PASSING = "codeplace.passing";
  const TEN_MINUTES = 600000;
  const PATIENCE = 20000;

  // Storage is refused in some private windows and in-app browsers; the page works without it.
  const over = (storage) => ({
    get(key) {
      try { return JSON.parse(storage().getItem(key)); } catch (_refused) { return null; }
    },
    set(key, value) {
      try { storage().setItem(key, JSON.stringify(value)); } catch (_refused) { /* not remembered */ }
    },
    drop(key) {
      try { storage().removeItem(key); } catch (_refused) { /* nothing was kept */ }
    },
  });
  const kept = over(() => localStorage);
  // From this page to the next of this tab, which drops it before it does anything else.
  const passing = over(() => sessionStorage);
  const carried = passing.get(PASSING);
  passing.drop(PASSING);

  // The venues this phone checked in at on one day: older ones are forgotten with the next.
  const hereOn = (day) => {
    const known = kept.get(HERE);
    return known && known.day === day && Array.isArray(known.venues) ? known.venues : [];
  };

  const typedIn = (form) => Array.from(form.elements).filter((field) =>
    field.name && field.type !== "hidden" && field.type !== "submit" && field.type !== "fieldset");

  // By name, for the same form may ask more or less the next time; boxes of one list share theirs.
  const keyOf = (field) => (field.type === "checkbox" ? field.name + "=" + field.value : field.name);

  const typed = (form) => {
    const values = {};
    typedIn(form).forEach((field) => { values[keyOf(field)] = field.type === "checkbox" ? field.checked : field.value; });
    return values;
  };

  const shownAgain = (form, values) => {
    typedIn(form).forEach((field) => {
      const value = values[keyOf(field)];
      if (typeof value === "boolean") field.checked = value;
      else if (typeof value === "string" && !field.value) field.value = value;
      const folded = field.closest("details");
      if (folded && (field.type === "checkbox" ? field.checked : field.value)) folded.open = true;
    });
  };

  // Whoever changes the language while typing goes on where they were.
  const isCarried = Boolean(carried && carried.path === location.pathname);
  const carry = () => {
    const form = document.querySelector("main form[method=post]");
    if (form) passing.set(PASSING, { path: location.pathname, values: typed(form) });
  };

  const prepare = (form) => {
    const name = form.elements.name;
    const phone = form.elements.phone;
    const plate = form.elements.plate;
    const entryId = form.elements.entry_id;
    const forget = document.getElementById("forget");
    const visits = document.getElementById("visits-link");
    const lost = document.getElementById("lost");
    const actions = document.getElementById("actions");
    const buttons = Array.from(actions.querySelectorAll("button"));
    const venue = form.dataset.venue;
    const known = name ? kept.get(VISITOR) : null;
    if (known && !isCarried && !name.value && !phone.value) {
      name.value = known.name;
      phone.value = known.phone;
      if (plate && known.plate) plate.value = known.plate; // there as soon as the car is ticked
    }

    // Who came in here today most likely leaves: that is offered first, and the other stays.
    const leave = actions.querySelector("[value=out]");
    if (venue && buttons.length === 2 && hereOn(form.dataset.day).includes(venue)) {
      document.getElementById("here").hidden = false;
      actions.insertBefore(leave, buttons[0]);
      leave.classList.remove("quiet");
      buttons[0].classList.add("quiet");
    }

    visits.hidden = !kept.get(VISITS);
    forget.hidden = !known;
    forget.addEventListener("click", () => {
      [VISITOR, PENDING, HERE, VISITS].forEach(kept.drop);
      passing.drop(PASSING);
      visits.hidden = true;
      name.value = phone.value = "";
      if (plate) plate.value = "";
      forget.hidden = true;
      name.focus();
    });

    // A reply that got lost, a reload or a second tab sends the same entry again, and the server makes one of it.
    const pending = kept.get(PENDING);
    const isFresh = pending && Date.now() - pending.at < TEN_MINUTES;
    if (pending && !isFresh) kept.drop(PENDING);
    if (isFresh && pending.path === location.pathname) {
      entryId.value = pending.id;
      if (pending.values && !isCarried) shownAgain(form, pending.values);
    }

    // The pressed button's value, for a form that is sent by a script or after its buttons were disabled.
    const way = document.createElement("input");
    way.type = "hidden";
    way.name = "direction";
    way.value = actions.querySelector("button").value;
    form.insertBefore(way, form.firstChild);
    buttons.forEach((button) => button.addEventListener("click", () => { way.value = button.value; }));

    const busy = (is) => buttons.forEach((button) => { button.disabled = is; });
    const say = (text) => {
      lost.textContent = text;
      lost.hidden = false;
      busy(false);
    };
    const hold = () => {
      kept.set(PENDING, { path: location.pathname, id: entryId.value, at: Date.now(), values: typed(form) });
    };
    // Once it was answered: a number that was refused would stand in the form of the next venue.
    const remember = () => {
      if (!name || !name.value || !phone.value) return;
      const before = kept.get(VISITOR);
      const usual = plate ? plate.value : before && before.plate;
      kept.set(VISITOR, { name: name.value, phone: phone.value, plate: usual || "" });
    };
    // What is wrong is told in this page. On one of its own, "back" would lead from the answer to what was mended.
    const tellWrong = (html) => {
      const main = new DOMParser().parseFromString(html, "text/html").getElementById("main");
      document.getElementById("main").replaceWith(main);
      prepare(document.getElementById("check-in"));
    };
    const forgetWrong = () => {
      form.querySelectorAll(".is-wrong").forEach((field) => field.classList.remove("is-wrong"));
      form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
      form.querySelectorAll(".wrong").forEach((sentence) => { sentence.hidden = true; });
    };
    const send = () => {
      const stopped = new AbortController();
      const timer = setTimeout(() => stopped.abort(), PATIENCE);
      const headers = { "X-Requested-With": "fetch" }; // answered by an address, and not by a page
      const request = { method: "POST", headers, body: new FormData(form), signal: stopped.signal, credentials: "same-origin" };
      fetch(location.href, request).then((response) => {
        clearTimeout(timer);
        if (response.status === 201 || response.redirected) remember();
        if (response.status === 201) location.assign(response.headers.get("Location"));
        else if (response.redirected) location.assign(response.url);
        else if (response.status === 429 || response.status >= 500) say(lost.dataset.busy);
        else if (response.status === 422) return response.text().then(tellWrong);
        else form.submit(); // what is wrong stands on the page that the browser shows then
        return null;
      }).catch(() => {
        clearTimeout(timer);
        say(lost.dataset.offline);
      });
    };

    form.addEventListener("submit", (event) => {
      if (buttons[0].disabled) {
        event.preventDefault();
        return;
      }
      forgetWrong();
      hold();
      const able = window.fetch && window.AbortController && window.FormData;
      if (able) {
        event.preventDefault();
        send();
      } else remember();
      busy(true);
    });
    const wrong = form.querySelector("[aria-invalid]");
    const sentence = form.querySelector(".wrong:not([hidden])");
    if (wrong) wrong.focus();
    else if (sentence) sentence.scrollIntoView({ block: "center" });
  };

  // One line a passage, however often its answer is opened; no longer than the venue keeps it itself.
  const keepVisit = (clock, at, way) => {
    const { venue, zone, path, name, door, days } = clock.dataset;
    const visits = kept.get(VISITS);
    const before = (Array.isArray(visits) ? visits : []).filter((one) =>
      one.at > at - Number(days) * 86400000 && !(one.at === at && one.venue === venue));
    const all = before.concat([{ venue, name, door, path, zone, at, way }]);
    kept.set(VISITS, all.slice(-VISITS_MOST));
    document.getElementById("visits-link").hidden = false;
  };

  const tickOn = (clock) => {
    kept.drop(PENDING);
    const { zone, now, at, seconds, minutes, venue, day, way } = clock.dataset;
    if (venue && way) {
      const others = hereOn(day).filter((other) => other !== venue);
      kept.set(HERE, { day, venues: way === "in" ? others.concat(venue) : others });
    }
    if (venue && way) keepVisit(clock, Number(at), way);
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
  };

  const first = document.querySelector("main form[method=post]");
  if (first && isCarried) shownAgain(first, carried.values);
  document.querySelectorAll("a.other-language").forEach((link) => link.addEventListener("click", carry));
  const form = document.getElementById("check-in");
  if (form) prepare(form);
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("#actions button").forEach((button) => { button.disabled = false; });
  });
  const clock = document.getElementById("clock");
  if (clock) tickOn(clock);
})();
