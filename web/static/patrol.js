// The page of the round: scan, tick, undo; works on where there is no network, and says what waits.
"use strict";

(() => {
  const root = document.getElementById("round");
  if (!root) return;
  const part = (id) => document.getElementById(id);
  const words = part("words").dataset;
  const token = root.querySelector("[name=csrf_token]").value;
  const doors = new Map(Array.from(root.querySelectorAll("[data-door]"), (door) => [door.dataset.door, door]));

  // --- what a door shows --------------------------------------------------------------------------------------

  function mark(entrance, { verdict = "", name, icon, sentence = "", look = "", when = words.now }) {
    const door = doors.get(entrance);
    if (!door) return;
    const word = door.querySelector(".verdict-word");
    word.dataset.verdict = verdict;
    word.replaceChildren();
    if (icon) word.append(part("icon-" + icon).content.cloneNode(true));
    const soft = document.createElement("span");
    soft.className = "soft";
    soft.textContent = verdict ? when : "";
    word.append(name + " ", soft);
    const said = door.querySelector(".door-said");
    said.textContent = sentence;
    said.hidden = !sentence;
    door.classList.toggle("is-done", Boolean(verdict));
    const back = door.querySelector(".take-back");
    back.hidden = !look;
    back.elements.id.value = look;
    door.querySelector(".other-ways").open = false;
    count();
  }

  function count() {
    let done = 0;
    for (const section of root.querySelectorAll(".round-part")) {
      const here = section.querySelectorAll(".door.is-done").length;
      section.querySelector(".part-count b").textContent = here;
      section.classList.toggle("is-all", here === section.querySelectorAll(".door").length);
      done += here;
    }
    part("done").textContent = done;
    part("progress").value = done;
  }

  // --- what waits ---------------------------------------------------------------------------------------------

  const queue = new LookQueue(root.dataset.account, root.dataset.looks, token, told, refused, waiting);

  function told(look, answer) {
    mark(answer.entrance, Object.assign({}, answer, { look: answer.id }));
    if (showing && showing.look === look.id) answered(answer);
  }

  function refused(look, sentence) {
    mark(look.entrance, { name: words.due, sentence });
    if (showing && showing.look === look.id) answered({ sentence });
  }

  function waiting() {
    const looks = queue.all();
    const line = part("waiting");
    line.hidden = !looks.length || queue.isSending;
    const text = queue.isEnded ? words.ended : words.waiting;
    line.lastElementChild.textContent = text.replace("{n}", looks.length);
  }

  function keep(entrance, what) {
    const look = Object.assign({ id: LookQueue.newId(), entrance, texts: [] }, what);
    mark(entrance, { verdict: "kept", name: words.kept, icon: "alert", look: look.id });
    if (!queue.add(look)) mark(entrance, { verdict: "kept", name: words.kept, icon: "alert", look: look.id, sentence: words.full });
    return look.id;
  }

  // --- scanning -----------------------------------------------------------------------------------------------

  const scanner = part("scanner");
  const camera = new PosterCamera(part("video"), root.dataset.reads, token);
  let showing = null; // {entrance, look, opener}

  const buttons = (shown) => ["scan-keep", "scan-here", "scan-again"].forEach((id) => { part(id).hidden = !shown.includes(id); });
  const say = (sentence) => { part("scan-state").textContent = sentence; };

  async function open(entrance, opener) {
    showing = { entrance, look: "", opener };
    part("scan-title").textContent = entrance ? doors.get(entrance).dataset.name : words.any;
    scanner.hidden = false;
    document.querySelectorAll("header.site, main > :not(#scanner)").forEach((other) => { other.inert = true; });
    part("scan-close").focus();
    buttons([]);
    say(words.looking);
    try {
      await camera.open();
    } catch (_refused) {
      say(words.refused);
      return;
    }
    if (showing) scan();
    else camera.close();
  }

  function close() {
    camera.close();
    scanner.hidden = true;
    document.querySelectorAll("[inert]").forEach((other) => { other.inert = false; });
    if (showing && showing.opener) showing.opener.focus();
    showing = null;
  }

  async function scan() {
    buttons([]);
    say(words.looking);
    const texts = await camera.scan(cut);
    if (!texts || !showing) return;
    if (navigator.vibrate) navigator.vibrate(60);
    say(words.reading);
    if (showing.entrance) showing.look = keep(showing.entrance, { texts });
    else whose(texts);
  }

  function cut() {
    say(words.cut);
    buttons(showing && showing.entrance ? ["scan-keep"] : []);
  }

  async function whose(texts) {
    const form = new FormData();
    form.append("texts", JSON.stringify(texts));
    try {
      const answer = await posted(root.dataset.whose, form, token);
      const found = await answer.json();
      if (!showing) return;
      say(found.sentence || found.error);
      buttons(found.entrance && doors.has(found.entrance) ? ["scan-here", "scan-again"] : ["scan-again"]);
      part("scan-here").onclick = () => {
        showing.entrance = found.entrance;
        part("scan-title").textContent = doors.get(found.entrance).dataset.name;
        showing.look = keep(found.entrance, { texts });
        reveal(found.entrance);
      };
    } catch (_lost) {
      cut();
      buttons(["scan-again"]);
    }
  }

  function answered({ name, sentence }) {
    say((name ? name + ". " : "") + sentence);
    buttons(["scan-again"]);
  }

  function reveal(entrance) {
    doors.forEach((door, id) => door.classList.toggle("is-found", id === entrance));
    doors.get(entrance).scrollIntoView({ block: "center" });
  }

  // --- by hand ------------------------------------------------------------------------------------------------

  async function byPhoto(event) {
    const form = event.target;
    const [file] = form.elements.picture.files;
    if (!file) return;
    event.preventDefault();
    const picture = await shrunk(file);
    if (picture) keep(form.elements.entrance.value, { picture });
    else form.submit();
    form.elements.picture.value = "";
  }

  async function takeBack(event) {
    event.preventDefault();
    const form = event.target;
    const entrance = form.closest("[data-door]").dataset.door;
    if (!queue.drop(form.elements.id.value)) {
      const sent = new FormData(form);
      try {
        const answer = await posted(root.dataset.undo, sent, token);
        if (!answer.ok && answer.status !== 404) throw new Error(String(answer.status));
      } catch (_lost) {
        const said = form.closest("[data-door]").querySelector(".door-said");
        said.textContent = words.stays;
        said.hidden = false;
        return;
      }
    }
    mark(entrance, { name: words.due });
  }

  root.addEventListener("submit", (event) => {
    if (event.target.matches(".by-photo")) byPhoto(event);
    if (event.target.matches(".take-back")) takeBack(event);
    if (event.target.matches(".by-hand")) {
      event.preventDefault();
      keep(event.target.elements.entrance.value, {});
    }
  });
  root.addEventListener("change", (event) => {
    if (event.target.matches(".by-photo [type=file]")) event.target.form.requestSubmit();
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest(".scan");
    if (button) open(button.closest("[data-door]").dataset.door, button);
  });
  part("scan-any").addEventListener("click", () => open("", part("scan-any")));
  part("scan-close").addEventListener("click", close);
  part("scan-again").addEventListener("click", () => { showing.look = ""; scan(); });
  part("scan-keep").addEventListener("click", () => {
    keep(showing.entrance, { picture: camera.still() });
    close();
  });
  scanner.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  part("only-due").addEventListener("change", (event) => root.classList.toggle("only-due-now", event.target.checked));
  window.addEventListener("online", () => queue.send());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") queue.send();
    else if (showing) close(); // the camera never runs unseen
  });
  setInterval(() => queue.send(), 20000);

  if (PosterCamera.isThere) root.querySelectorAll(".scan, #scan-any").forEach((button) => { button.hidden = false; });
  part("only-due-part").hidden = false;
  for (const look of queue.all()) mark(look.entrance, { verdict: "kept", name: words.kept, icon: "alert", look: look.id });
  count();
  waiting();
  queue.send();
})();
