// The page of a roll call: tick off, add, undo; it works on without network and says what waits.
"use strict";

(() => {
  const PERIOD = 3000;
  // A glove taps twice. The list has moved on by then: the second tap would mean somebody else, or take the first back.
  const TWICE_MS = 500;
  const SAME_PX = 40;
  const part = (id) => document.getElementById(id);
  const root = part("roll");
  const words = part("words").dataset;
  const list = part("list");
  const rows = Array.from(list.querySelectorAll("[data-entry]"));
  // By the venue's clock, wherever the phone thinks it is.
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: root.dataset.zone, hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const token = root.querySelector("[name=csrf_token]").value;
  const marks = new RollMarks(root.dataset.id, root.dataset.marks, token, show);
  // What the page says already, of whom nobody on this phone heard yet.
  const printed = new Map(rows.map((row) => [row.dataset.entry, row.dataset.standing]));
  const shown = new Map();
  let isAnswered = marks.state().known.marks.length > 0;

  function standingOf(entry, said, out) {
    const mark = said.get(entry);
    if (mark) return mark.mark;
    if (out.has(entry)) return "out";
    return isAnswered ? "missing" : printed.get(entry);
  }

  function show() {
    const standing = marks.standing();
    const said = new Map(standing.filter((mark) => mark.entry_id).map((mark) => [mark.entry_id, mark]));
    const { known } = marks.state();
    const out = new Set(known.out);
    const counts = { missing: 0, safe: 0, not_here: 0, out: 0, unlisted: 0 };
    for (const row of rows) {
      const now = standingOf(row.dataset.entry, said, out);
      const mark = said.get(row.dataset.entry);
      counts[now] += Number(row.dataset.people);
      const other = mark && standing.filter((one) => one.entry_id === mark.entry_id && one.mark !== mark.mark).pop();
      const otherwise = other ? " (" + words[other.mark] + by(other) + ")" : "";
      const text = now === "missing" ? "" : words[now] + by(mark) + otherwise;
      if (shown.get(row) === now + text) continue; // three hundred rows, and a tap changes one
      shown.set(row, now + text);
      row.dataset.standing = now;
      row.querySelector(".roll-said").textContent = text;
      for (const button of row.querySelectorAll("[data-act]")) {
        button.hidden = button.dataset.act === "undo" ? !mark : Boolean(mark);
      }
    }
    showUnlisted(standing.filter((mark) => mark.mark === "unlisted"), counts);
    for (const [name, number] of Object.entries(counts)) part("count-" + name).textContent = number;
    part("over").hidden = !known.ended;
    showNet();
    narrow();
  }

  function by(mark) {
    if (!mark) return "";
    return " · " + clock.format(mark.at_ms) + (mark.by ? " · " + mark.by : "");
  }

  // Who stays keeps their row: a press meets what was under the finger, however often the list is drawn.
  function showUnlisted(others, counts) {
    const unlisted = part("unlisted");
    const before = new Map(Array.from(unlisted.children, (row) => [row.dataset.mark, row]));
    const now = others.map((mark) => {
      counts.unlisted += mark.people;
      const row = before.get(mark.id) || unlistedRow(mark);
      before.delete(mark.id);
      row.querySelector(".soft").textContent = by(mark).slice(3);
      const same = namesake(mark.name);
      row.querySelector("[data-act=same]").hidden = !same || same.dataset.standing !== "missing";
      return row;
    });
    for (const row of before.values()) row.remove();
    now.forEach((row, at) => { if (unlisted.children[at] !== row) unlisted.insertBefore(row, unlisted.children[at] || null); });
  }

  function unlistedRow(mark) {
    const row = part("unlisted-row").content.firstElementChild.cloneNode(true);
    const name = mark.name || words.unknown;
    row.dataset.mark = mark.id;
    row.querySelector("strong").textContent = name + (mark.people > 1 ? " × " + mark.people : "");
    for (const hidden of row.querySelectorAll(".visually-hidden")) hidden.textContent = " " + name;
    row.querySelector("[data-act=undo]").addEventListener("click", (event) => { if (!isSecond(event)) marks.undo(mark.id); });
    row.querySelector("[data-act=same]").addEventListener("click", (event) => {
      if (isSecond(event)) return;
      const same = namesake(mark.name);
      marks.undo(mark.id);
      marks.add(same.dataset.entry, "safe", Number(same.dataset.people));
    });
    return row;
  }

  function showNet() {
    const waiting = marks.waiting();
    const net = part("net");
    net.hidden = false;
    net.classList.toggle("is-lost", marks.isLost);
    if (marks.isSignedOut) net.textContent = words.signed;
    else if (marks.isLost) net.textContent = waiting ? words.waiting.replace("{n}", waiting) : words.none;
    else net.textContent = waiting ? words.sending.replace("{n}", waiting) : words.sent;
  }

  // --- finding ------------------------------------------------------------------------------------------------

  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s/g, "");
  const names = new Map(rows.map((row) => [row, plain(row.querySelector("strong").textContent)]));

  // Whoever is looked for is shown also when found already: else it would seem that nobody has that name.
  function narrow() {
    const wanted = plain(part("find").value);
    const onlyMissing = part("only-missing").checked;
    for (const row of rows) {
      row.hidden = wanted ? !names.get(row).includes(wanted) : onlyMissing && row.dataset.standing !== "missing";
    }
    list.hidden = Boolean(wanted) && rows.every((row) => row.hidden);
    part("nobody").hidden = !list.hidden;
  }

  function namesake(name) {
    const wanted = plain(name);
    const same = wanted ? rows.filter((row) => names.get(row) === wanted) : [];
    return same.find((row) => row.dataset.standing === "missing") || same[0];
  }

  function suggest() {
    const name = part("who").value.trim();
    part("known").hidden = !namesake(name);
    part("known").firstElementChild.textContent = words.known.replace("{name}", name);
  }

  // From the middle of three hundred names to the field, with the word of the other one.
  function jump(event) {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    event.preventDefault();
    const [find, who] = [part("find"), part("who")];
    const field = link.hash === "#find" ? find : who;
    if (link.closest("#nobody")) who.value = find.value.trim();
    if (link.closest("#known")) find.value = who.value.trim();
    if (link.closest("#nobody, #known")) { suggest(); narrow(); }
    field.focus({ preventScroll: true });
    field.select();
    field.closest(".field").scrollIntoView({ behavior: "instant" }); // three hundred names are a long way
  }

  part("find").addEventListener("input", narrow);
  part("find").addEventListener("focus", (event) => event.target.select());
  part("find").addEventListener("keydown", (event) => { if (event.key === "Enter") event.target.blur(); });
  part("only-missing").addEventListener("change", narrow);
  part("who").addEventListener("input", suggest);
  root.addEventListener("click", jump);

  // --- the order ----------------------------------------------------------------------------------------------

  // Each row knows its place in both, so that the kept page takes either without network.
  function order(by) {
    const came = (one, other) => one.dataset.in - other.dataset.in || (one.dataset.entry < other.dataset.entry ? -1 : 1);
    list.append(...rows.sort(by ? (one, other) => one.dataset.byName - other.dataset.byName : came));
    for (const link of part("order").children) {
      if (link.dataset.by === by) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const link of root.querySelectorAll("a.onward")) link.search = by && "?by=" + by;
    for (const form of root.querySelectorAll(".ask form")) form.action = form.action.split("?")[0] + (by && "?by=" + by);
  }

  part("order").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    history.replaceState(null, "", link.href);
    order(link.dataset.by);
  });

  // --- ticking off --------------------------------------------------------------------------------------------

  let last = null;

  function isSecond(event) {
    const now = { at: event.timeStamp, x: event.pageX, y: event.pageY };
    const before = last;
    last = now;
    return Boolean(before) && now.at - before.at < TWICE_MS && Math.hypot(now.x - before.x, now.y - before.y) < SAME_PX;
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (!button || isSecond(event)) return;
    const row = button.closest("[data-entry]");
    const entry = row.dataset.entry;
    if (button.dataset.act === "undo") {
      marks.standing().filter((mark) => mark.entry_id === entry).forEach((mark) => marks.undo(mark.id));
    } else {
      marks.add(entry, button.dataset.act, Number(row.dataset.people));
    }
    const next = row.querySelector("[data-act]:not([hidden])");
    if (next && !row.hidden) next.focus({ preventScroll: true });
  });

  part("add").addEventListener("submit", (event) => {
    event.preventDefault();
    const who = part("who");
    const howMany = part("how-many");
    const typed = howMany.value.normalize("NFKC").trim();
    const people = /^\d{1,3}$/.test(typed) ? Number(typed) : 0;
    howMany.setCustomValidity(people >= 1 && people <= 500 ? "" : words.number);
    if (!howMany.reportValidity()) return;
    marks.add("", "unlisted", people, who.value.trim());
    who.value = "";
    howMany.value = "1";
    part("find").value = "";
    suggest();
    narrow();
    who.focus();
  });

  part("how-many").addEventListener("input", (event) => event.target.setCustomValidity(""));

  // --- the others ---------------------------------------------------------------------------------------------

  let isKept = false;

  async function goOn() {
    if (!document.hidden && (await marks.sync())) {
      isAnswered = true;
      show();
      // Where the network is weak the page may be kept only later.
      isKept = isKept || (await RollMarks.keepPage(root.dataset.worker, root.dataset.scope));
    }
    if (!marks.state().known.ended || marks.waiting()) setTimeout(goOn, PERIOD);
    else RollMarks.forget(root.dataset.id, root.dataset.scope);
  }

  window.addEventListener("online", () => marks.sync());
  window.addEventListener("offline", () => { marks.isLost = true; show(); });
  // Whoever goes on by keyboard sees where, however many lines the head has.
  const head = root.querySelector(".roll-head");
  new ResizeObserver(() => { document.documentElement.style.scrollPaddingTop = head.offsetHeight + 16 + "px"; }).observe(head);
  part("tools").hidden = false;
  part("add").hidden = false;
  part("jumps").hidden = false;
  for (const row of rows) {
    const acts = part("acts").content.cloneNode(true);
    for (const hidden of acts.querySelectorAll(".visually-hidden")) hidden.textContent = " " + row.querySelector("strong").textContent;
    row.append(acts);
  }
  order(new URLSearchParams(location.search).get("by") === "name" ? "name" : "");
  show();
  goOn();
})();
