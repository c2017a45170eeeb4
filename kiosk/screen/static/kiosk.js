// The page shows what the kiosk says and decides nothing: each event holds the whole state.
import { icon, say, set, showLine, showSilence } from "./line.js";
import { allow, isMuted, prepare, sound } from "./sound.js";
import { hear } from "./scanner.js";
import { followStaff } from "./staff.js";
import { tell } from "./speech.js";
import { showHint, showIdle, showInvitation } from "./waiting.js";

const SILENT_AFTER_MS = 4000;
const NOTICE_MS = 6000;
const at = (id) => document.getElementById(id);
const body = document.body;
const card = at("card");
const picture = at("picture");
let state = null;
let shown = null; // the number of the card on show or shown last
let hideCard = 0;
let silence = 0;

function receive(event) {
  state = JSON.parse(event.data);
  clearTimeout(silence);
  silence = setTimeout(fallSilent, SILENT_AFTER_MS);
  showLine(at("line"), state);
  showNotices(state.notices, state.now_ms);
  showInvitation(at("waiting"), state);
  showHint(at("waiting"), state);
  showIdle(at("idle"), state);
  followStaff(state);
  soundChanges();
  if (state.answer && state.answer.number !== shown) showCard(state.answer);
  // The kiosk took the card away (or was started again): do not keep what is over.
  if (!state.answer && body.dataset.view === "card") backToWaiting();
  if (body.dataset.view !== "card") backToWaiting();
}

const heard = { trouble: null, link: null };

/** What changed for the worse is heard, once. */
function soundChanges() {
  const trouble = state.trouble && state.trouble.kind !== "starting" ? state.trouble.kind : "";
  if (trouble && heard.trouble !== null && trouble !== heard.trouble) sound(trouble === "log" ? "not_writable" : "trouble");
  if (state.link.state === "offline" && heard.link === "online") sound("offline");
  heard.trouble = trouble;
  heard.link = state.link.state;
}

function showCard(answer) {
  const isNews = shown !== null || answer.left_ms > 2500; // a page opened in mid-answer does not sound
  shown = answer.number;
  card.dataset.card = answer.card;
  icon(card, answer.card);
  say(at("card-word"), answer.word.zh, answer.word.en);
  say(at("card-sentence"), answer.sentence.zh, answer.sentence.en);
  card.toggleAttribute("data-long", answer.sentence.zh.length > 22 || answer.sentence.en.length > 62);
  at("card-name").hidden = !answer.name;
  set(at("card-name"), answer.name);
  at("card-noted").hidden = !answer.noted;
  set(at("card-noted"), answer.noted);
  card.setAttribute("aria-hidden", "false");
  body.dataset.view = "card";
  restart(answer.left_ms);
  speak(answer);
  if (isNews) sound(answer.card);
  if (isNews && state.speaks) tell(answer.word, answer.sentence);
  clearTimeout(hideCard);
  hideCard = setTimeout(backToWaiting, answer.left_ms);
}

function restart(leftMs) {
  const left = at("left");
  left.classList.remove("runs");
  card.classList.remove("arrives");
  void left.offsetWidth; // lets the browser begin both movements anew
  left.style.animationDuration = `${leftMs}ms`;
  left.classList.add("runs");
  card.classList.add("arrives");
}

function speak(answer) {
  const english = document.documentElement.dataset.first === "en";
  const said = [`${answer.word.zh}。${answer.sentence.zh}`, `${answer.word.en}. ${answer.sentence.en}`];
  set(at("spoken"), (english ? said.reverse() : said).join(" "));
}

function backToWaiting() {
  clearTimeout(hideCard);
  card.setAttribute("aria-hidden", "true");
  if (!state) return;
  const { trouble } = state;
  if (trouble) showTrouble(trouble.kind, trouble.word, trouble.sentence);
  body.dataset.view = trouble ? "trouble" : "waiting";
  watch(!trouble);
}

function showTrouble(kind, word, sentence) {
  at("trouble").dataset.kind = kind;
  icon(at("trouble"), kind === "log" ? "not_writable" : kind === "starting" ? "camera" : "camera-off");
  say(at("trouble-word"), word.zh, word.en);
  say(at("trouble-sentence"), sentence.zh, sentence.en);
}

function watch(on) {
  if (on && picture.hidden) {
    picture.src = `/picture?${Date.now()}`;
    picture.hidden = false;
  } else if (!on && !picture.hidden) {
    picture.hidden = true;
    picture.removeAttribute("src");
  }
}

function showNotices(notices, nowMs) {
  const strip = at("notice");
  strip.hidden = notices.length === 0;
  if (strip.hidden) return;
  const index = Math.floor(nowMs / NOTICE_MS) % notices.length;
  say(strip, notices[index].zh, notices[index].en);
  set(at("notice-count"), notices.length > 1 ? `${index + 1}/${notices.length}` : "");
}

function fallSilent() {
  clearTimeout(hideCard);
  showSilence(at("line"));
  showTrouble("camera", { zh: "请联系工作人员", en: "Please ask the staff" },
    { zh: "终端程序未响应，请重新启动。", en: "The kiosk program does not answer. It needs to be started again." });
  body.dataset.view = "trouble";
  card.setAttribute("aria-hidden", "true");
  watch(false);
}

function showSound() {
  at("sound").hidden = !isMuted();
}

// A picture that broke off (the camera was opened again, too many windows) is asked for anew.
picture.addEventListener("error", () => setTimeout(() => {
  picture.hidden = true;
  if (state && !state.trouble && body.dataset.view === "waiting") watch(true);
}, 1000));
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, allow);
prepare(showSound);
hear();

const events = new EventSource("/events");
// A kiosk that was started again sends no more of the old picture, and counts its answers from one.
events.addEventListener("open", () => {
  picture.hidden = true;
  shown = null;
});
events.addEventListener("message", receive);
silence = setTimeout(fallSilent, SILENT_AFTER_MS);
