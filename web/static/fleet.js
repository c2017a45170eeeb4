// Keeps the page of the kiosks fresh, and says on the page of an enrolment code when its kiosk has arrived.
"use strict";

(() => {
  const PERIOD = 10000;
  const fleet = document.getElementById("fleet");

  async function refresh() {
    // Whoever reads a question, is in a list or presses something is not disturbed.
    if (document.hidden || fleet.contains(document.activeElement)) return;
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("fleet");
      if (fresh && !fleet.matches(":active")) fleet.replaceChildren(...fresh.childNodes);
    } catch (_lost) {
      // the next round may succeed
    }
  }

  if (fleet) setInterval(refresh, PERIOD);

  const arrival = document.getElementById("arrival");

  async function watch() {
    let wait = 1500;
    try {
      const answer = await fetch(arrival.dataset.watch, {
        headers: { Accept: "application/json" },
        cache: "no-store",
      });
      if (answer.status === 401 || answer.status === 404) return;
      const told = answer.ok ? await answer.json() : { state: "waiting" };
      if (told.state === "used") return welcome(told);
      if (told.state === "over") return;
    } catch (_lost) {
      wait = 5000;
    }
    setTimeout(watch, wait);
  }

  function welcome(told) {
    arrival.querySelector("strong").textContent = told.name;
    const link = arrival.querySelector("a");
    if (told.page) link.href = told.page;
    for (const part of document.querySelectorAll("[data-until-arrival]")) part.remove();
    arrival.hidden = false;
    document.querySelector(".enrolment").classList.add("has-arrived");
    link.focus();
  }

  if (arrival) setTimeout(watch, 1500);
})();
