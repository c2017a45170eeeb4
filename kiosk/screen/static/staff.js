// The staff's side: a sheet beside the visitors' screen, behind the PIN; it shuts by itself.
import { clearErrors, post, prepareKeys, showErrors, showPhones } from "./forms.js";
import { say, set } from "./line.js";
import { beginSheet, endSheet } from "./sheet.js";

const IDLE_MS = 60000;
const STAY_EVERY_MS = 15000;
const TOLD_MS = 8000;
const at = (id) => document.getElementById(id);
const sheet = at("staff");
const TITLES = Object.fromEntries([...sheet.querySelectorAll(".tile, .wide")].map((tile) => [
  tile.dataset.to, [...tile.querySelectorAll(".pair > span")].map((text) => text.textContent)]));
let overview = null; // what the kiosk said last; null while the sheet is locked
let zone = "UTC"; // the venue's
let used = 0;
let stayed = 0;
let toldTimer = 0;

/** Bring an open sheet up to date with each state of the kiosk. */
export function followStaff(state) {
  zone = state.time_zone;
  at("pin-unset").hidden = state.has_pin;
  at("pin-form").hidden = !state.has_pin;
  if (sheet.hidden) return;
  if (Date.now() - used > IDLE_MS) close();
  else if (overview) refresh();
}

async function open() {
  used = Date.now();
  sheet.hidden = false;
  document.body.toggleAttribute("data-staff", true);
  at("staff-open").setAttribute("aria-expanded", "true");
  show("pin");
  await refresh();
}

function close() {
  endSheet();
  if (overview) post("/staff/shut");
  lock();
  sheet.hidden = true;
  document.body.toggleAttribute("data-staff", false);
  at("staff-open").setAttribute("aria-expanded", "false");
}

function lock() {
  endSheet();
  overview = null;
  at("staff-told").hidden = true;
  showHeld(null);
  at("held-list").replaceChildren();
  delete at("held").dataset.key;
  for (const form of sheet.querySelectorAll("form")) reset(form);
}

async function refresh() {
  const wasOpen = overview !== null;
  const answer = await fetch("/staff/overview").catch(() => null);
  if (!answer || sheet.hidden || wasOpen !== (overview !== null)) return; // opened or shut meanwhile
  if (answer.status === 200) take(await answer.json());
  else if (answer.status === 204 && overview) {
    lock();
    show("pin");
  }
}

function take(value) {
  const isFirst = overview === null;
  overview = value;
  for (const group of ["people", "vehicles"]) {
    for (const [what, number] of Object.entries(value[group])) set(at(`${group}-${what}`), String(number));
  }
  for (const button of sheet.querySelectorAll("[data-direction]")) {
    button.setAttribute("aria-pressed", String(button.dataset.direction === value.direction));
  }
  showPeople(value);
  if (isFirst) show("menu");
}

/** What to do about somebody on hold: only when the guard asks, for that person stands before this screen. */
function showHeld(standing) {
  const held = at("held");
  const holds = standing?.holds ?? [];
  held.hidden = holds.length === 0;
  const key = JSON.stringify([standing?.entry, holds]);
  if (held.hidden || held.dataset.key === key) return; // else it would be read aloud again and again
  held.dataset.key = key;
  openHeld(false);
  say(held.querySelector(".who"), `${standing.name.zh}：转人工`, `${standing.name.en}: referred`);
  at("held-list").replaceChildren(...holds.map((hold) => {
    const item = held.querySelector("template").content.firstElementChild.cloneNode(true);
    say(item.querySelector(".level"), `${hold.level.zh}管控`, `${hold.level.en} hold`);
    say(item.querySelector(".order"), hold.order.zh, hold.order.en);
    const instruction = item.querySelector(".instruction");
    instruction.textContent = hold.instruction;
    instruction.hidden = !hold.instruction;
    return item;
  }));
}

function openHeld(isOpen) {
  at("held-list").hidden = !isOpen;
  if (isOpen) at("held").scrollIntoView({ block: "nearest" });
  at("held-open").setAttribute("aria-expanded", String(isOpen));
}

function showPeople({ feverish, standing, last, expected, thermometer }) {
  showHeld(standing);
  at("feverish").hidden = !feverish;
  if (feverish) say(at("feverish"), `${feverish.name.zh} 待测温`, `${feverish.name.en}: temperature`);
  at("expected").hidden = !expected;
  say(at("expected"), `已为下一位记下：${expected}`, `Noted for the next: ${expected}`);
  at("thermometer").hidden = !thermometer;
  if (thermometer) say(at("thermometer"), thermometer.zh, thermometer.en);
  if (feverish) say(at("temperature-whom"), `${feverish.name.zh} 的体温`, `Temperature of ${feverish.name.en}`);
  else say(at("temperature-whom"), "下一位访客的体温", "Temperature of the next visitor");
  const admitted = standing?.outcome === "admitted" ? standing : null;
  choose(at("companions-last"), admitted, (one) => [`上一位：${one.name.zh}`, `The last one: ${one.name.en}`]);
  choose(at("refusal-last"), standing, (one) => [
    `上一位：${one.name.zh}（${one.word.zh}）`, `The last one: ${one.name.en} (${one.word.en})`]);
  showLast(last);
}

function choose(radio, passage, words) {
  radio.closest("label").hidden = !passage;
  if (!passage) {
    if (radio.checked) radio.form.querySelector(`[name="${radio.name}"][value=""]`).checked = true;
    return;
  }
  radio.value = passage.entry;
  say(radio.closest("label"), ...words(passage));
}

/** A reason of which both languages are known: the field shows the first, the visitor is told in each. */
function chooseWhy(fields, { whyZh, whyEn }) {
  fields.why.value = document.documentElement.dataset.first === "en" ? whyEn : whyZh;
  fields.why_zh.value = whyZh;
  fields.why_en.value = whyEn;
}

function showLast(last) {
  const form = sheet.querySelector("[data-act=undo]");
  form.querySelector("[type=submit]").hidden = !last;
  at("undo-how").hidden = !last;
  form.elements.entry.value = last ? last.id : "";
  if (!last) {
    say(at("undo-what"), "今日尚无可撤销的记录。", "Nothing to take back today.");
    return;
  }
  const time = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeStyle: "medium" }).format(last.at_ms);
  const more = [last.plate, last.people > 1 ? `${last.people} 人 people` : ""].filter(Boolean).join(" · ");
  say(at("undo-what"), `${time} ${last.word.zh} ${last.name.zh} ${more}`, `${time} ${last.word.en}: ${last.name.en}`);
}

function show(panel) {
  for (const section of sheet.querySelectorAll("[data-panel]")) section.hidden = section.dataset.panel !== panel;
  sheet.dataset.showing = panel;
  if (panel === "sheet") testSheet();
  else endSheet();
  at("staff-back").hidden = panel === "menu" || panel === "pin";
  at("staff-told").hidden = true; // what was done last is not about this panel
  say(at("staff-title"), ...(TITLES[panel] ?? ["工作人员", "Staff"]));
  const first = sheet.querySelector(`[data-panel="${panel}"] form:not(.aside) input:not([type=radio]):not([type=hidden])`);
  if (first && first.offsetParent) first.focus();
  else at("staff-title").focus();
}

function testSheet() {
  const locked = () => {
    lock();
    show("pin");
  };
  beginSheet(() => { used = Date.now(); }, locked); // whoever holds a sheet has no hand free
}

function reset(form) {
  form.reset();
  clearErrors(form);
  at("phones").replaceChildren();
  at("driver").hidden = false;
}

function tell(done) {
  const told = at("staff-told");
  told.dataset.card = done.card ?? "";
  const word = done.word ?? { zh: "", en: "" };
  say(told, [word.zh, done.zh].filter(Boolean).join("："), [word.en, done.en].filter(Boolean).join(": "));
  told.hidden = false;
  clearTimeout(toldTimer);
  toldTimer = setTimeout(() => { told.hidden = true; }, TOLD_MS);
}

async function act(name, form, fields) {
  const { status, value } = await post(`/staff/acts/${name}`, fields);
  if (status === 200) {
    if (form) reset(form);
    take(value.overview);
    show("menu");
    tell(value.done);
  } else if (status === 422 && form) {
    showErrors(form, value.errors);
  } else if (status === 401) {
    lock();
    show("pin");
  }
}

async function enter(form) {
  const { status, value } = await post("/staff/open", { pin: form.elements.pin.value });
  if (status === 200) {
    reset(form);
    overview = null;
    take(value);
  } else if (value) {
    form.elements.pin.value = "";
    showErrors(form, value.errors);
  }
}

sheet.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.id === "pin-form") enter(form);
  else if (form.dataset.act) act(form.dataset.act, form, Object.fromEntries(new FormData(form)));
});
sheet.addEventListener("click", (event) => {
  const to = event.target.closest("[data-to]");
  const why = event.target.closest("[data-why-zh]");
  const way = event.target.closest("[data-direction]");
  if (to) show(to.dataset.to);
  if (why) chooseWhy(why.form.elements, why.dataset);
  if (way && way.dataset.direction !== overview?.direction) act("direction", null, { direction: way.dataset.direction });
});
sheet.addEventListener("input", (event) => {
  if (event.target.name === "others") showPhones(event.target.value);
  if (event.target.name === "driver") at("driver").hidden = event.target.value === "code";
});
sheet.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (sheet.dataset.showing === "menu" || sheet.dataset.showing === "pin") close();
  else show("menu");
});
for (const kind of ["pointerdown", "keydown", "input"]) {
  sheet.addEventListener(kind, async () => {
    used = Date.now();
    if (!overview || used - stayed < STAY_EVERY_MS) return;
    stayed = used;
    await post("/staff/stay");
  });
}
at("staff-open").addEventListener("click", () => { sheet.hidden ? open() : close(); });
at("staff-close").addEventListener("click", close);
at("sheet-again").addEventListener("click", testSheet);
at("held-open").addEventListener("click", () => openHeld(at("held-list").hidden));
prepareKeys(sheet);
