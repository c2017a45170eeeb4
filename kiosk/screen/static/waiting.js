// What stands on the screen while nobody is answered: a hint for an unread code, and the venue's notices.
import { icon, say, set } from "./line.js";
import { sound } from "./sound.js";
import { tell } from "./speech.js";

const NOTICE_MS = 10000;
let hinted = "";

/** Show what would help somebody whose code cannot be read, in place of where to hold it. */
export function showHint(waiting, { hint, speaks }) {
  const place = waiting.querySelector("#hint");
  waiting.toggleAttribute("data-hinting", Boolean(hint));
  const kind = hint ? hint.kind : "";
  if (kind === hinted) return;
  hinted = kind;
  place.dataset.kind = kind;
  say(place, hint ? hint.zh : "", hint ? hint.en : "");
  if (!hint) return;
  icon(place, hint.kind);
  sound("hint");
  if (speaks && document.body.dataset.view === "waiting") tell(hint);
}

/** Invite visitors, or say that a print is being tested and nobody is registered. */
export function showInvitation(waiting, { testing }) {
  document.body.toggleAttribute("data-testing", testing);
  if (testing) {
    say(waiting.querySelector("#invitation"), "正在测试打印样张", "Testing a print");
    say(waiting.querySelector("#where"), "此时不登记访客", "Visitors are not registered now");
  } else {
    say(waiting.querySelector("#invitation"), "请出示访客码", "Show your visitor code");
    say(waiting.querySelector("#where"), "将二维码对准框内", "Hold the code inside the frame");
  }
}

/** Show the venue's notices beside the picture, each for ten seconds. */
export function showIdle(place, { idle, now_ms }) {
  document.body.toggleAttribute("data-idle", idle.length > 0);
  place.hidden = idle.length === 0;
  if (place.hidden) return;
  const notice = idle[Math.floor(now_ms / NOTICE_MS) % idle.length];
  const picture = place.querySelector("img");
  picture.hidden = !notice.picture;
  if (notice.picture && picture.getAttribute("src") !== notice.picture) picture.src = notice.picture;
  const longest = Math.max(notice.zh.length * 2, notice.en.length);
  place.dataset.size = longest > 220 ? "small" : longest > 90 ? "medium" : "large";
  say(place, notice.zh, notice.en);
  for (const text of place.querySelectorAll(".pair > span")) text.hidden = text.textContent === "";
  set(place.querySelector("[lang='zh-CN']"), notice.zh);
}
