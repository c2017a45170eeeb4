// Keeps a page alive: asks every so often, more rarely while nobody answers, and says that the server is lost.
"use strict";

class Live {
  // `target` tells where to ask; `take` shows an answer and resolves to whether more may wait behind it.
  constructor(period, target, take) {
    Object.assign(this, { period, target, take });
    this.button = document.getElementById("live");
    this.silent = document.getElementById("silent");
    this.isOn = true;
    this.isAsking = false;
    this.timer = 0;
    this.failures = 0;
    const goOn = () => { if (this.isOn && !document.hidden) this.ask(); };
    this.button.hidden = false;
    this.button.addEventListener("click", () => (this.isOn ? this.stop() : this.start()));
    document.addEventListener("visibilitychange", goOn);
    window.addEventListener("online", goOn);
    this.later(period);
  }

  async ask() {
    clearTimeout(this.timer);
    if (this.isAsking) return;
    this.isAsking = true;
    const wait = await this.answered();
    this.isAsking = false;
    if (this.isOn && !document.hidden) this.later(wait);
  }

  // Ask once, and say how long to wait until it is asked again.
  async answered() {
    try {
      const answer = await fetch(this.target(), { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.status === 401) {
        this.stop();
        this.complain(this.silent.dataset.out);
        return 0;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const isMore = await this.take(answer);
      this.failures = 0;
      this.complain("");
      return isMore ? this.period / 3 : this.period;
    } catch (_lost) {
      this.failures += 1;
      if (this.failures > 1) this.complain(this.silent.dataset.lost);
      return Math.min(30000, this.period * 2 ** this.failures);
    }
  }

  later(wait) {
    this.timer = setTimeout(() => this.ask(), wait);
  }

  start() {
    this.isOn = true;
    this.button.setAttribute("aria-pressed", "true");
    this.ask();
  }

  stop() {
    clearTimeout(this.timer);
    this.isOn = false;
    this.button.setAttribute("aria-pressed", "false");
  }

  complain(sentence) {
    this.silent.hidden = !sentence;
    if (sentence) this.silent.lastElementChild.textContent = sentence;
  }
}
