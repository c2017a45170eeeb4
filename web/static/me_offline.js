// What the visitor's own page keeps to open without network: the codes ahead, beside the link, and the page itself in a cache
// that a small worker answers from. Forgetting takes all of it away.
"use strict";

class Offline {
  constructor(root) {
    this.worker = root.dataset.worker;
    this.scope = root.dataset.scope;
    this.keeping = null; // forgetting waits for it, or it would bring back what was forgotten
  }

  // The codes and the server's time as they were last known; null where none are kept or storage is refused.
  restored() {
    try {
      return JSON.parse(localStorage.getItem(Offline.STRIP));
    } catch (_refused) {
      return null;
    }
  }

  // Beside the link whose codes they are, or not at all: another tab may have forgotten it.
  save(token, strip) {
    try {
      if (localStorage.getItem(Offline.LINK) === token) localStorage.setItem(Offline.STRIP, JSON.stringify(strip));
    } catch (_refused) { /* not kept */ }
  }

  dropStrip() {
    try { localStorage.removeItem(Offline.STRIP); } catch (_refused) { /* nothing was kept */ }
  }

  // Keep the page and what it needs, as they are now, and let the worker answer with them. No secret is in any of it.
  keepPage() {
    this.keeping = this._keepPage();
  }

  async _keepPage() {
    if (!navigator.serviceWorker || !window.caches) return; // without TLS, and in some in-app browsers
    try {
      const parts = Array.from(document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]"));
      const wanted = parts.map((part) => part.href || part.src);
      const cache = await caches.open(Offline.CACHE);
      await cache.addAll(wanted);
      const page = await fetch(location.pathname, { credentials: "same-origin", headers: { "Accept-Language": document.documentElement.lang } });
      if (page.ok) await cache.put(location.pathname, page);
      const kept = await cache.keys();
      const old = kept.filter((request) => !wanted.includes(request.url) && new URL(request.url).pathname !== location.pathname);
      await Promise.all(old.map((request) => cache.delete(request)));
      await navigator.serviceWorker.register(this.worker, { scope: this.scope });
    } catch (_refused) { /* the page needs the network then, as before */ }
  }

  // Everything that this site keeps about a visitor on this phone.
  async forgetAll() {
    try {
      Object.keys(localStorage)
        .filter((key) => key.startsWith("codeplace.") && !key.startsWith("codeplace.patrol."))
        .forEach((key) => localStorage.removeItem(key));
    } catch (_refused) { /* nothing was kept */ }
    await this.dropPage();
  }

  // What a link left that ended; "" for what one left whose page was closed before it had forgotten all. Visits that this
  // phone remembers were not the link's. Nothing goes where another link was opened meanwhile: all of it is that one's now.
  async dropEnded(token) {
    try {
      if ((localStorage.getItem(Offline.LINK) || token) !== token) return;
      localStorage.removeItem(Offline.LINK);
    } catch (_refused) { /* nothing was kept */ }
    this.dropStrip();
    await this.dropPage();
  }

  async dropPage() {
    await this.keeping;
    try {
      if (window.caches) await caches.delete(Offline.CACHE);
      if (!navigator.serviceWorker) return;
      const here = await navigator.serviceWorker.getRegistration(this.scope);
      if (here) await here.unregister();
    } catch (_refused) { /* there was none */ }
  }
}
Offline.LINK = "codeplace.link";
Offline.STRIP = "codeplace.strip";
Offline.CACHE = "codeplace.me";
