// The live log: asks for what arrived since, and puts each row in its place in time; nothing is lost or doubled.
"use strict";

(() => {
  const PERIOD = 1500;
  const MOST_ROWS = 500;
  const rows = document.getElementById("rows");
  const button = document.getElementById("live");
  const silent = document.getElementById("silent");
  const arrived = document.getElementById("arrived");
  let after = rows.dataset.after;
  let isOn = true;
  let isAsking = false;
  let timer = 0;
  let failures = 0;

  // A gate that was cut off sends old entries late: they belong further down, between the others.
  function place(row) {
    const key = row.dataset.key;
    let below = rows.firstElementChild;
    while (below && below.dataset.key > key) below = below.nextElementSibling;
    if (below && below.dataset.key === key) return false;
    row.classList.add("is-new");
    rows.insertBefore(row, below);
    return true;
  }

  function take(answer) {
    const holder = document.createElement("template");
    holder.innerHTML = answer.rows;
    const fresh = Array.from(holder.content.children).filter(place).length;
    // What falls off the end is still on the page behind “Older”.
    while (rows.children.length > MOST_ROWS) rows.lastElementChild.remove();
    rows.closest("table").classList.toggle("is-empty", rows.children.length === 0);
    if (fresh) {
      const { one, more } = arrived.dataset;
      arrived.textContent = fresh === 1 ? one : more.replace("{n}", fresh);
    }
    after = answer.after;
    const age = document.querySelector("[data-age]");
    if (age) age.outerHTML = answer.age || "<p data-age hidden></p>";
    return answer.count;
  }

  function complain(sentence) {
    silent.hidden = !sentence;
    if (sentence) silent.lastElementChild.textContent = sentence;
  }

  async function ask() {
    if (isAsking) return;
    isAsking = true;
    const target = new URL(rows.dataset.newer, location.href);
    target.searchParams.set("after", after);
    let wait = PERIOD;
    try {
      const answer = await fetch(target, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.status === 401) {
        stop();
        complain(silent.dataset.out);
        isAsking = false;
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      if (take(await answer.json())) wait = PERIOD / 3; // more may wait behind a full answer
      failures = 0;
      complain("");
    } catch (_lost) {
      failures += 1;
      wait = Math.min(30000, PERIOD * 2 ** failures);
      if (failures > 1) complain(silent.dataset.lost);
    }
    isAsking = false;
    if (isOn && !document.hidden) timer = setTimeout(ask, wait);
  }

  function stop() {
    clearTimeout(timer);
    isOn = false;
    button.setAttribute("aria-pressed", "false");
  }

  function start() {
    clearTimeout(timer);
    isOn = true;
    button.setAttribute("aria-pressed", "true");
    ask();
  }

  button.hidden = false;
  button.addEventListener("click", () => (isOn ? stop() : start()));
  function goOn() {
    clearTimeout(timer);
    if (isOn && !document.hidden) ask();
  }

  document.addEventListener("visibilitychange", goOn);
  window.addEventListener("online", goOn);
  timer = setTimeout(ask, PERIOD);
})();
