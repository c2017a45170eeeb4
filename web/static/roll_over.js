// A roll call that is over: marks that wait on this phone are sent, then nothing of it stays here.
"use strict";

(() => {
  const PERIOD = 3000;
  const root = document.getElementById("roll-over");
  const unsent = document.getElementById("unsent");
  const token = root.querySelector("[name=csrf_token]").value;
  const marks = new RollMarks(root.dataset.id, root.dataset.marks, token, show);

  function show() {
    unsent.hidden = !marks.waiting();
    unsent.lastElementChild.textContent = unsent.dataset.waiting.replace("{n}", marks.waiting());
  }

  async function send() {
    if (await marks.sync() && !marks.waiting()) location.reload(); // it counts them now
    else setTimeout(send, PERIOD);
  }

  show();
  if (marks.waiting()) send();
  else RollMarks.forget(root.dataset.id, root.dataset.scope);
})();
