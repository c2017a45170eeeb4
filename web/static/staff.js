// Small comforts of the staff pages: copy, count down, send a form once.
"use strict";

(() => {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
      } catch (_refused) {
        document.execCommand("copy"); // without TLS there is no clipboard, but there is this
      }
      button.lastElementChild.textContent = button.dataset.done;
    });
  }

  for (const field of document.querySelectorAll("[data-select]")) {
    field.addEventListener("focus", () => field.select());
  }

  for (const line of document.querySelectorAll("[data-countdown]")) {
    const end = performance.now() + Number(line.dataset.countdown) * 1000;
    const shown = line.querySelector("b");
    const timer = setInterval(() => {
      const left = Math.ceil((end - performance.now()) / 1000);
      if (left > 0) {
        shown.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
      } else {
        clearInterval(timer);
        line.textContent = line.dataset.over;
        document.querySelector(".enrolment").classList.add("is-over");
      }
    }, 250);
  }

  // A second press of the same button must not make a second thing; files come as an answer without a new page.
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
      setTimeout(() => delete form.dataset.sent, 3000);
    });
  }

  // One question at a time: opening one closes the others, and Escape closes it.
  const questions = document.querySelectorAll("details.ask");
  for (const question of questions) {
    question.addEventListener("toggle", () => {
      if (question.open) for (const other of questions) if (other !== question) other.open = false;
    });
    question.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      question.open = false;
      question.querySelector("summary").focus();
    });
  }

  // A form that came back with mistakes counts as the page it was typed on: “back” and “reload” then show
  // that page, and not the browser's question whether to send everything once more. So does what is shown
  // only once: sent again it would be another link, or a table checked anew.
  const isAnswer = "answer" in document.documentElement.dataset;
  if (isAnswer && document.querySelector("main .wrong, main [data-once]")) {
    const from = document.referrer ? new URL(document.referrer) : location;
    const isOwn = from.pathname === location.pathname || !document.querySelector("main form:not([action])");
    if (from.origin === location.origin && isOwn) history.replaceState(null, "", from.href);
  }

  const wrong = document.querySelector("[aria-invalid]");
  if (wrong) wrong.focus();
})();
