// The state line: what staff must be able to see at any moment.

/** Write the same thing in both languages into an element's pair. */
export function say(element, zh, en) {
  const pair = element.matches(".pair") ? element : element.querySelector(".pair");
  set(pair.querySelector("[lang='zh-CN']"), zh);
  set(pair.querySelector("[lang='en']"), en);
}

/** Set a text only when it differs, so that live regions and layouts stay quiet. */
export function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Show an icon by its name. */
export function icon(element, name) {
  const use = element.querySelector("use");
  if (use.getAttribute("href") !== `#icon-${name}`) use.setAttribute("href", `#icon-${name}`);
}

function age(ms) {
  const minutes = Math.floor(ms / 60000);
  if (minutes < 1) return ["最新", "current"];
  if (minutes < 60) return [` ${minutes} 分钟前`, `${minutes} min old`];
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return [` ${hours} 小时前`, `${hours} h old`];
  return [` ${Math.floor(hours / 24)} 天前`, `${Math.floor(hours / 24)} d old`];
}

function clock(ms, zone, parts) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...parts }).format(ms);
}

function day(ms, zone) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(ms);
}

function since(state) {
  const { since_ms } = state.link;
  const time = clock(since_ms, state.time_zone, { hour: "2-digit", minute: "2-digit" });
  const today = day(since_ms, state.time_zone) === day(state.now_ms, state.time_zone);
  return today ? time : day(since_ms, state.time_zone).slice(5);
}

function showLink(cell, state) {
  const { link } = state;
  const level = { online: "good", connecting: "", offline: "warn", not_allowed: "bad" }[link.state];
  cell.dataset.level = level;
  icon(cell, link.state === "online" || link.state === "connecting" ? "link" : "offline");
  const from = since(state);
  if (link.state === "connecting") say(cell, link.zh, link.en);
  else say(cell, `${link.zh} · 自 ${from}`, `${link.en} since ${from}`);
}

function showWaiting(cell, state) {
  const { waiting, quarantined, log_refused: refused } = state;
  cell.dataset.level = refused ? "bad" : quarantined ? "warn" : "";
  if (refused) {
    say(cell, `日志不符 · 待传 ${waiting}`, `Wrong log · ${waiting} unsent`);
  } else if (quarantined) {
    say(cell, `待传 ${waiting} +${quarantined}`, `${waiting} +${quarantined} unsent`);
  } else {
    say(cell, waiting ? `${waiting} 条待传` : "已全部上传", waiting ? `${waiting} unsent` : "All sent");
  }
}

function showRules(cell, { rules }) {
  if (rules.age_ms === null) {
    cell.dataset.level = "warn";
    say(cell, "尚无规则", "No rules yet");
    return;
  }
  const [zh, en] = age(rules.age_ms);
  cell.dataset.level = rules.old ? "bad" : "";
  say(cell, `规则${zh}`, `Rules ${en}`);
}

function showCamera(cell, { camera }) {
  cell.dataset.level = { ok: "good", opening: "", slow: "warn", ended: "warn" }[camera.state] ?? "bad";
  icon(cell, cell.dataset.level === "bad" ? "camera-off" : "camera");
  const rate = Math.round(camera.fps);
  if (camera.state === "ok") say(cell, `摄像头 ${rate} 帧/秒`, `Camera ${rate} fps`);
  else say(cell, `摄像头：${camera.zh}`, `Camera: ${camera.en}`);
}

/** Bring the whole line up to date. */
export function showLine(line, state) {
  const cell = (id) => line.querySelector(`#${id}`);
  showLink(cell("link"), state);
  showWaiting(cell("waits"), state);
  showRules(cell("rules"), state);
  showCamera(cell("camera"), state);
  const way = { in: ["进", "In"], out: ["出", "Out"] }[state.direction];
  cell("way").dataset.way = state.direction;
  say(cell("way"), ...way);
  set(cell("entrance"), state.entrance);
  set(cell("venue"), state.venue);
  set(cell("time"), clock(state.now_ms, state.time_zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }));
  set(cell("date"), day(state.now_ms, state.time_zone));
}

/** Say in the line that the kiosk's program does not answer this page any more. */
export function showSilence(line) {
  for (const cell of line.querySelectorAll("#link, #camera")) cell.dataset.level = "bad";
  icon(line.querySelector("#link"), "offline");
  icon(line.querySelector("#camera"), "camera-off");
  say(line.querySelector("#link"), "程序未响应", "Not answering");
  say(line.querySelector("#camera"), "摄像头：未知", "Camera: unknown");
}
