// The marks of a roll call on this phone: kept at once, sent when there is a network, each under its own id so that twice is once.
"use strict";

class RollMarks {
  // `changed` is called whenever something is known that was not.
  constructor(id, url, token, changed) {
    Object.assign(this, { key: RollMarks.PREFIX + id, url, token, changed });
    this.isBusy = false;
    this.isLost = false;
    this.isSignedOut = false;
    this.spare = { mine: [], known: { marks: [], out: [], ended: false } }; // where nothing can be stored
  }

  state() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) || this.spare;
    } catch (_refused) {
      return this.spare;
    }
  }

  save(state) {
    this.spare = state;
    try { localStorage.setItem(this.key, JSON.stringify(state)); } catch (_full) { /* kept while the page is open */ }
    this.changed();
  }

  // Every mark that stands, as this phone knows it: what others said, and over it what was said here.
  standing() {
    const { mine, known } = this.state();
    const all = new Map(known.marks.map((mark) => [mark.id, mark]));
    for (const mark of mine) all.set(mark.id, Object.assign({}, all.get(mark.id), mark));
    return Array.from(all.values()).filter((mark) => !mark.undone).sort((one, other) => one.at_ms - other.at_ms);
  }

  waiting() {
    return this.state().mine.filter((mark) => !mark.sent).length;
  }

  add(entryId, mark, people, name = "") {
    const state = this.state();
    state.mine.push({ id: RollMarks.newId(), entry_id: entryId, mark, people, name, at_ms: Date.now(), undone: false, sent: false });
    this.save(state);
    this.sync();
  }

  undo(id) {
    const state = this.state();
    let mark = state.mine.find((one) => one.id === id);
    if (!mark) {
      mark = Object.assign({}, state.known.marks.find((one) => one.id === id));
      state.mine.push(mark);
    }
    Object.assign(mark, { undone: true, sent: false });
    this.save(state);
    this.sync();
  }

  // Send what waits and hear what the others said; resolves to whether the server answered.
  async sync() {
    if (this.isBusy) return !this.isLost;
    this.isBusy = true;
    const now = Date.now();
    const { mine, known } = this.state();
    const sending = mine.filter((mark) => !mark.sent);
    const marks = sending.map((mark) => ({
      id: mark.id, entry_id: mark.entry_id, mark: mark.mark, people: mark.people, name: mark.name, undone: mark.undone,
      age_ms: Math.max(0, now - mark.at_ms),
    }));
    // Where the network is half gone a request may hang for minutes.
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), RollMarks.PATIENCE);
    try {
      const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token };
      const answer = await fetch(this.url, {
        method: "POST", headers, body: JSON.stringify({ marks, known: known.version }), cache: "no-store", signal: giveUp.signal,
      });
      this.isSignedOut = answer.status === 401 || answer.status === 400;
      if (!answer.ok) throw new Error(String(answer.status));
      this.took(sending, await answer.json());
      this.isLost = false;
    } catch (_lost) {
      this.isLost = true;
    }
    clearTimeout(timer);
    this.isBusy = false;
    this.changed();
    // What was ticked meanwhile does not wait for the next time.
    return !this.isLost && this.waiting() ? this.sync() : !this.isLost;
  }

  // An answer without marks says that nothing is new.
  took(sent, answer) {
    const state = this.state();
    const known = answer.marks ? answer : state.known;
    for (const mark of state.mine) {
      const before = sent.find((one) => one.id === mark.id);
      if (before && before.undone === mark.undone) mark.sent = true; // it may have been undone meanwhile
    }
    // What the server has, it tells; only what it does not know yet stays here.
    const told = new Set(known.marks.map((mark) => mark.id));
    state.mine = state.mine.filter((mark) => !mark.sent || !told.has(mark.id));
    state.known = known;
    this.save(state);
  }

  static newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // Keep the page and what it needs as they are now, and let the worker answer with them; whether that is done.
  static async keepPage(worker, scope) {
    if (!navigator.serviceWorker || !window.caches) return true; // without TLS nothing can be kept
    try {
      const parts = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]");
      const cache = await caches.open(RollMarks.CACHE);
      await cache.addAll(Array.from(parts, (part) => part.href || part.src));
      // The worker kept the page when it came; each time it is fetched the log says that it was opened.
      if (!navigator.serviceWorker.controller || !(await cache.match(location.pathname))) {
        const language = { "Accept-Language": document.documentElement.lang };
        const page = await fetch(location.pathname, { credentials: "same-origin", headers: language });
        if (!page.ok || page.redirected) return false;
        await cache.put(location.pathname, page);
      }
      await navigator.serviceWorker.register(worker, { scope });
      return true;
    } catch (_refused) {
      return false; // until then it needs the network to be opened again, as any page
    }
  }

  // Nobody's name stays on the phone once it is over; another one that is held meanwhile still opens.
  static async forget(id, scope) {
    try {
      localStorage.removeItem(RollMarks.PREFIX + id);
      const cache = window.caches && (await caches.has(RollMarks.CACHE)) && (await caches.open(RollMarks.CACHE));
      if (cache) {
        await cache.delete(scope + id);
        const kept = await cache.keys();
        if (kept.some((request) => new URL(request.url).pathname.startsWith(scope))) return;
        await caches.delete(RollMarks.CACHE);
      }
      const here = navigator.serviceWorker && (await navigator.serviceWorker.getRegistration(scope));
      if (here) await here.unregister();
    } catch (_refused) { /* nothing was kept */ }
  }
}
RollMarks.PREFIX = "codeplace-roll.";
RollMarks.CACHE = "codeplace-roll";
RollMarks.PATIENCE = 8000;
