// Who is inside, alive: the list is fetched anew; what is ticked stays ticked.
"use strict";

(() => {
  const PERIOD = 5000;
  const now = document.getElementById("now");
  const button = document.getElementById("live");
  const silent = document.getElementById("silent");
  const bar = document.getElementById("sweep-bar");
  const ticked = document.getElementById("ticked");
  let isOn = true;
  let timer = 0;
  let failures = 0;

  const boxes = () => Array.from(now.querySelectorAll("input[name=gone]"));

  function count() {
    if (!bar) return;
    const number = boxes().filter((box) => box.checked).length;
    ticked.textContent = number ? String(number) : "";
    bar.hidden = !boxes().length;
    bar.querySelector("button").disabled = !number;
  }

  function take(html) {
    const kept = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
    const focused = document.activeElement && document.activeElement.name === "gone" ? document.activeElement.value : "";
    now.innerHTML = html;
    for (const box of boxes()) {
      box.checked = kept.has(box.value);
      if (box.value === focused) box.focus({ preventScroll: true });
    }
    count();
  }

  function complain(sentence) {
    silent.hidden = !sentence;
    if (sentence) silent.lastElementChild.textContent = sentence;
  }

  async function ask() {
    clearTimeout(timer);
    let wait = PERIOD;
    try {
      const answer = await fetch(now.dataset.url, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.status === 401) {
        stop();
        complain(silent.dataset.out);
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      take(await answer.text());
      failures = 0;
      complain("");
    } catch (_lost) {
      failures += 1;
      wait = Math.min(30000, PERIOD * 2 ** failures);
      if (failures > 1) complain(silent.dataset.lost);
    }
    if (isOn && !document.hidden) timer = setTimeout(ask, wait);
  }

  function stop() {
    clearTimeout(timer);
    isOn = false;
    button.setAttribute("aria-pressed", "false");
  }

  button.hidden = false;
  button.addEventListener("click", () => {
    if (isOn) return stop();
    isOn = true;
    button.setAttribute("aria-pressed", "true");
    return ask();
  });
  now.addEventListener("change", count);
  document.addEventListener("visibilitychange", () => { if (isOn && !document.hidden) ask(); });
  count();
  timer = setTimeout(ask, PERIOD);
})();
