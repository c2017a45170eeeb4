// The visitor's own page: keeps signed codes ahead, shows the one of this moment, and needs no network meanwhile.
"use strict";

(() => {
  const root = document.getElementById("me");
  const words = document.getElementById("words").dataset;
  const part = (id) => document.getElementById(id);
  const STEP = Number(root.dataset.step);
  const WINDOW = Number(root.dataset.window);
  const FIRST_COUNT = 10;
  const NEXT_COUNT = 55;
  const AHEAD = 120; // windows: an hour
  const QUIET = 4; // modules of white around a QR (ISO/IEC 18004)

  const clock = new ServerClock();
  const offline = new Offline(root);
  const codes = new Map(); // number of a window → packed modules
  let size = 0;
  let drawn = null;
  let asking = false;
  let failures = 0;
  let retryAt = 0;
  let ended = false;
  let isAsked = false; // whether the server answered this page yet

  // --- the private link -------------------------------------------------------------------------------------

  function takenToken() {
    const given = location.hash.slice(1);
    try {
      const before = localStorage.getItem(Offline.LINK) || "";
      if (!given) return before;
      if (given !== before) offline.dropStrip(); // somebody else's codes
      localStorage.setItem(Offline.LINK, given);
      // Kept on this device, so it can leave the address bar, where a glance or a screenshot would catch it.
      history.replaceState(null, "", location.pathname + location.search);
    } catch (_refused) {
      // No storage (a private window): the link stays in the address, and goes along to the other language.
      document.querySelectorAll(".other-language").forEach((link) => { link.hash = given; });
    }
    return given;
  }

  let token = takenToken();
  let isTold = false;

  // What else the page knows of its holder is the business of own.js.
  function tell(holder) {
    isTold = holder !== "";
    document.dispatchEvent(new CustomEvent("holder", { detail: holder }));
  }

  function forget() {
    finish(words.nolink);
    offline.forgetAll().then(() => document.dispatchEvent(new CustomEvent("forgotten")));
  }

  // Another tab forgot the link, or opened another one: what this one would keep of the first is of nobody any more.
  function followed(event) {
    if (ended || (event.key !== Offline.LINK && event.key !== null)) return;
    if (event.newValue === token) return;
    if (event.newValue) {
      location.reload();
      return;
    }
    finish(words.nolink);
    offline.dropEnded("").then(() => document.dispatchEvent(new CustomEvent("forgotten")));
  }

  function finish(sentence) {
    ended = true;
    part("next").hidden = sentence !== words.nolink && sentence !== words.ended;
    token = "";
    codes.clear();
    tell("");
    for (const id of ["code", "bright", "number-part", "forget"]) part(id).hidden = true;
    part("name").textContent = part("class").textContent = "\u00a0";
    say(sentence);
  }

  // --- fetching ---------------------------------------------------------------------------------------------

  const windowNow = () => Math.floor(clock.now() / 1000 / STEP);
  const lastWindow = () => Math.max(-1, ...codes.keys());

  function wanted() {
    if (!isAsked || lastWindow() < windowNow()) return { count: FIRST_COUNT };
    const first = lastWindow() + 1;
    // In whole stretches: a request every half hour and not with every code.
    return windowNow() + AHEAD - first >= NEXT_COUNT ? { first, count: NEXT_COUNT } : null;
  }

  async function fill() {
    if (asking || ended || performance.now() < retryAt) return;
    const body = wanted();
    if (!body) return;
    asking = true;
    const sent = performance.now();
    try {
      await take(await ask(body), sent);
      failures = 0;
      retryAt = 0;
    } catch (_lost) {
      failures += 1;
      retryAt = performance.now() + Math.min(60000, 1000 * 2 ** Math.min(failures, 6));
    }
    asking = false;
    tick();
  }

  async function ask(body) {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), 10000);
    try {
      return await fetch(root.dataset.strip, {
        method: "POST",
        headers: {
          Authorization: "Bearer " + token,
          Accept: "application/json",
          "Accept-Language": document.documentElement.lang,
          "Content-Type": "application/json",
        },
        body: JSON.stringify(body),
        cache: "no-store",
        credentials: "omit",
        signal: giveUp.signal,
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async function take(answer, sent) {
    if (answer.status === 401) {
      offline.dropEnded(token);
      finish(words.ended);
      return;
    }
    if (answer.status === 422) codes.clear(); // our idea of now was wrong: begin again with the server's
    if (!answer.ok) throw new Error(String(answer.status));
    const strip = await answer.json();
    if (ended) return; // forgotten meanwhile
    clock.measure(sent, strip.now_ms, strip.took_ms);
    size = strip.size;
    for (const [start, packed] of strip.windows) codes.set(start / strip.step_s, packed);
    for (const number of codes.keys()) if (number < windowNow() - 2) codes.delete(number);
    name(strip);
    offline.save(token, { size, codes: Array.from(codes), clock: clock.kept, name: strip.name, class: strip.class, number: strip.number });
    if (!isAsked) offline.keepPage();
    isAsked = true;
    if (!isTold) tell(token);
  }

  function name(holder) {
    part("name").textContent = holder.name;
    part("class").textContent = holder.class;
    part("number").textContent = holder.number;
    part("forget").hidden = false;
  }

  // Opened again without network: on from where the page was.
  function restore() {
    const strip = offline.restored();
    if (!strip || !strip.clock) return;
    clock.restore(strip.clock);
    size = strip.size;
    for (const [number, packed] of strip.codes) if (number >= windowNow() - 2) codes.set(number, packed);
    name(strip);
  }

  // --- showing ----------------------------------------------------------------------------------------------

  function isDark(bytes, index) {
    return (bytes.charCodeAt(index >> 3) >> (7 - (index & 7))) & 1;
  }

  // Whole device pixels per module, or edges blur and cameras miss them.
  function draw(packed) {
    const ratio = window.devicePixelRatio || 1;
    const room = Math.min(root.clientWidth, window.innerHeight * 0.62, 520);
    const modules = size + 2 * QUIET;
    const dot = Math.max(1, Math.floor((room * ratio) / modules));
    const canvas = part("canvas");
    canvas.width = canvas.height = dot * modules;
    canvas.style.width = canvas.style.height = canvas.width / ratio + "px";
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = "#000";
    const bytes = atob(packed);
    for (let row = 0; row < size; row += 1) {
      for (let column = 0; column < size; column += 1) {
        if (isDark(bytes, row * size + column)) pen.fillRect((column + QUIET) * dot, (row + QUIET) * dot, dot, dot);
      }
    }
  }

  // A code is good for WINDOW seconds and the next begins STEP later: the one before may still be shown.
  function currentWindow() {
    const now = windowNow();
    for (let number = now; (number * STEP + WINDOW) * 1000 > clock.now(); number -= 1) {
      if (codes.has(number)) return number;
    }
    return null;
  }

  function show(number) {
    const isGood = number !== null;
    for (const id of ["code", "bright", "number-part"]) part(id).hidden = !isGood && id !== "number-part";
    if (!isGood) {
      drawn = null;
      return;
    }
    if (number !== drawn) {
      draw(codes.get(number));
      drawn = number;
      root.dataset.shown = String(number);
    }
    part("bar").style.transform = "scaleX(" + (1 - ((clock.now() / 1000 / STEP) % 1)).toFixed(3) + ")";
  }

  const shownTime = (ms) => new Date(ms).toLocaleTimeString(document.documentElement.lang, { hour12: false });

  function say(sentence) {
    if (part("state").textContent !== sentence) part("state").textContent = sentence;
  }

  function tick() {
    if (ended) return;
    if (!clock.isKnown) {
      say(failures > 1 ? words.waiting : words.fetching);
    } else {
      const number = currentWindow();
      show(number);
      part("time").textContent = shownTime(clock.now());
      const until = shownTime((lastWindow() * STEP + WINDOW) * 1000).replace(/:\d\d$/, "");
      if (number === null) say(failures ? words.out : words.fetching);
      else say(failures || !navigator.onLine ? words.offline.replace("{time}", until) : words.good);
    }
    fill();
  }

  async function stayAwake() {
    try {
      await navigator.wakeLock.request("screen");
    } catch (_unavailable) { /* the page is as good without it */ }
  }

  function wake() {
    if (document.visibilityState !== "visible") return;
    retryAt = 0;
    if (clock.isKnown && clock.slept()) codes.clear();
    stayAwake();
    tick();
  }

  part("forget").addEventListener("click", forget);
  if (!token) {
    finish(words.nolink);
    offline.dropEnded(""); // by a page that was closed too soon
    return;
  }
  document.addEventListener("withdrawn", (event) => {
    finish(event.detail);
    offline.forgetAll().then(() => document.dispatchEvent(new CustomEvent("forgotten")));
  });
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", () => { failures = 0; wake(); });
  window.addEventListener("offline", () => { failures = Math.max(1, failures); tick(); });
  window.addEventListener("hashchange", () => location.reload());
  window.addEventListener("storage", followed);
  window.addEventListener("resize", () => { drawn = null; tick(); });
  setInterval(tick, 200);
  restore();
  wake();
})();
