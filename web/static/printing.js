// Comforts of the print pages: tick all, choose “ticked” by ticking, and watch a job until it is over.
"use strict";

(() => {
  for (const form of document.querySelectorAll("[data-ticks]")) {
    const ticked = form.querySelector('[name="which"][value="ticked"]');
    form.querySelector(".tick-list").addEventListener("change", () => {
      if (ticked) ticked.checked = true;
    });
  }

  const job = document.querySelector("[data-job]");
  if (!job) return;
  const PERIOD = 700;
  const bar = job.querySelector("progress");
  // Not there while it is counted how much there is to do: the bar runs to and fro then.
  const done = job.querySelector("b");
  const lost = job.querySelector("[data-lost]");
  let failures = 0;

  async function ask() {
    let wait = PERIOD;
    try {
      const answer = await fetch(job.dataset.job, { headers: { Accept: "application/json" }, cache: "no-store" });
      // Signed out, deleted or over: the page itself says what is to be said.
      if ([401, 404].includes(answer.status)) return location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      const state = await answer.json();
      if (state.over || state.stage !== job.dataset.stage) return location.reload();
      if (done) {
        bar.value = state.done;
        done.textContent = state.done.toLocaleString("en");
      }
      failures = 0;
    } catch (_lost) {
      failures += 1;
      wait = Math.min(15000, PERIOD * 2 ** failures);
    }
    lost.hidden = failures < 2;
    setTimeout(ask, wait);
  }
  setTimeout(ask, PERIOD);
})();
