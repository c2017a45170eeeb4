// Who is inside, alive: the list is fetched anew; what is ticked stays ticked.
"use strict";

(() => {
  const PERIOD = 5000;
  const now = document.getElementById("now");
  const bar = document.getElementById("sweep-bar");
  const ticked = document.getElementById("ticked");

  const boxes = () => Array.from(now.querySelectorAll("input[name=gone]"));

  function count() {
    if (!bar) return;
    const number = boxes().filter((box) => box.checked).length;
    ticked.textContent = number ? String(number) : "";
    bar.hidden = !boxes().length;
    bar.querySelector("button").disabled = !number;
  }

  function take(html) {
    if (now.matches(":active")) return; // a press would meet what is no longer there; the next answer is as good
    const kept = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
    const focused = document.activeElement && document.activeElement.name === "gone" ? document.activeElement.value : "";
    now.innerHTML = html;
    for (const box of boxes()) {
      box.checked = kept.has(box.value);
      if (box.value === focused) box.focus({ preventScroll: true });
    }
    count();
  }

  now.addEventListener("change", count);
  count();
  new Live(PERIOD, () => now.dataset.url, async (answer) => take(await answer.text()));
})();
