// The visits that this phone remembers: whole stays, the latest first, with a way to leave where one still is.
"use strict";

(() => {
  const STORE = "codeplace.visits";
  const part = document.getElementById("visits");
  const list = document.getElementById("visits-list");
  const DAY = 86400000;

  function kept() {
    try {
      const visits = JSON.parse(localStorage.getItem(STORE));
      return Array.isArray(visits) ? visits : [];
    } catch (_refused) {
      return [];
    }
  }

  // Each coming in with the leaving that followed it at the same venue.
  function stays(visits) {
    const found = [];
    for (const one of visits.slice().sort((first, second) => first.at - second.at)) {
      const open = found.filter((stay) => stay.venue === one.venue && !stay.out).pop();
      if (one.way === "in" || !open) found.push(Object.assign({}, one, { out: one.way === "out" ? one.at : 0, isOpen: one.way === "in" }));
      else {
        open.out = one.at;
        open.isOpen = false;
      }
    }
    return found.reverse();
  }

  const time = (at, zone) => new Date(at).toLocaleTimeString("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });

  function element(kind, text, name) {
    const made = document.createElement(kind);
    made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  function line(stay, isLatest) {
    const item = document.createElement("li");
    const main = document.createElement("span");
    const day = new Date(stay.at).toLocaleDateString("sv-SE", { timeZone: stay.zone }); // 2026-11-20, as everywhere here
    const began = stay.way === "in" ? list.dataset.in + " " + time(stay.at, stay.zone) : "";
    const ended = stay.out ? list.dataset.out + " " + time(stay.out, stay.zone) : "";
    main.append(element("strong", stay.name), element("span", stay.door + " · " + day, "soft"));
    item.append(main, element("span", [began, ended].filter(Boolean).join(" – "), "own-state"));
    if (stay.isOpen && isLatest && Date.now() - stay.at < DAY) {
      const leave = element("a", list.dataset.leave, "button quiet");
      leave.href = stay.path + "?way=out";
      item.append(leave);
    }
    return item;
  }

  function show() {
    const found = stays(kept());
    part.hidden = !found.length;
    if (found.length) document.getElementById("forget").hidden = false;
    const venues = new Set();
    list.textContent = "";
    for (const stay of found) {
      list.append(line(stay, !venues.has(stay.venue)));
      venues.add(stay.venue);
    }
  }

  document.addEventListener("forgotten", show);
  window.addEventListener("pageshow", show);
  show();
})();
