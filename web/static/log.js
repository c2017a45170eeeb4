// The live log: asks for what arrived since, and puts each row in its place in time; nothing is lost or doubled.
"use strict";

(() => {
  const PERIOD = 1500;
  const MOST_ROWS = 500;
  const rows = document.getElementById("rows");
  const arrived = document.getElementById("arrived");
  let after = rows.dataset.after;

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

  // How many came; more may wait behind a full answer.
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

  function newer() {
    const target = new URL(rows.dataset.newer, location.href);
    target.searchParams.set("after", after);
    return target;
  }

  new Live(PERIOD, newer, async (answer) => take(await answer.json()));
})();
