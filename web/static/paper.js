// The grid of a paper register: Enter and arrows move between rows, a quote mark copies the cell above.
"use strict";
(() => {
  const form = document.getElementById("keys");
  const body = document.getElementById("key-rows");
  const more = document.getElementById("more");
  const most = Number(form.dataset.most);
  let changed = false;

  const cells = (row) => [...row.querySelectorAll("input")];
  const place = (input) => {
    const row = input.closest("tr");
    return { row, nth: cells(row).indexOf(input) };
  };

  function added() {
    if (body.rows.length >= most) return null;
    const row = body.rows[body.rows.length - 1].cloneNode(true);
    row.querySelector("th").textContent = String(body.rows.length + 1);
    cells(row).forEach((input) => { input.value = ""; right(input); });
    body.append(row);
    return row;
  }

  // What was wrong with a cell is said until it is changed.
  function right(input) {
    input.removeAttribute("aria-invalid");
    const cell = input.closest("td");
    cell.classList.remove("is-wrong");
    cell.querySelectorAll(".wrong").forEach((said) => said.remove());
  }

  function gone(row, nth) {
    const input = row && cells(row)[nth];
    if (!input) return false;
    input.focus();
    input.select();
    return true;
  }

  // A row that is begun goes the way of the one above until somebody says otherwise.
  function begun(row) {
    const above = row.previousElementSibling;
    const way = row.querySelector("[name=direction]");
    if (way.value || !cells(row).some((input) => input.value)) return;
    way.value = (above && above.querySelector("[name=direction]").value) || "";
  }

  body.addEventListener("keydown", (event) => {
    if (event.isComposing || !(event.target instanceof HTMLInputElement)) return;
    const { row, nth } = place(event.target);
    if (event.key === "Enter") {
      event.preventDefault();
      gone(row.nextElementSibling || added(), 0);
    } else if (event.key === "ArrowDown") {
      if (gone(row.nextElementSibling, nth)) event.preventDefault();
    } else if (event.key === "ArrowUp") {
      if (gone(row.previousElementSibling, nth)) event.preventDefault();
    } else if (event.key === '"' && !event.target.value && row.previousElementSibling) {
      event.preventDefault();
      event.target.value = cells(row.previousElementSibling)[nth].value;
      changed = true;
    }
  });
  body.addEventListener("input", (event) => {
    changed = true;
    right(event.target);
    begun(event.target.closest("tr"));
  });
  more.hidden = false;
  more.addEventListener("click", () => {
    const row = added();
    for (let left = 4; left && added(); left -= 1);
    gone(row, 0);
  });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
  const wrong = body.querySelector("[aria-invalid]");
  if (wrong) {
    changed = true; // it is recorded nowhere yet
    wrong.focus();
    wrong.select();
    return;
  }
  const empty = [...body.rows].find((row) => cells(row).every((input) => !input.value));
  gone(empty || body.rows[0], 0);
})();
