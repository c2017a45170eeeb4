// Looks that are not sent yet: kept on this phone in order, sent one after the other, each under its own id so that twice is once.
"use strict";

class LookQueue {
  // `told(look, answer)` is called for each that the server took, `refused(look, sentence)` for each it never will.
  constructor(account, url, token, told, refused, changed) {
    this.key = "codeplace.patrol." + account; // another account on this phone has its own
    Object.assign(this, { url, token, told, refused, changed });
    this.isEnded = false;
    this.isSending = false;
    this.spare = []; // where nothing can be stored: kept while the page is open
  }

  all() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key));
      return Array.isArray(kept) ? kept : this.spare;
    } catch (_refused) {
      return this.spare;
    }
  }

  _set(looks) {
    this.spare = looks;
    try {
      if (looks.length) localStorage.setItem(this.key, JSON.stringify(looks));
      else localStorage.removeItem(this.key);
      return true;
    } catch (_full) {
      return false;
    }
  }

  // False when the phone has no room; it is still sent from the open page.
  add(look) {
    const made = Object.assign({ id: LookQueue.newId(), at: Date.now() }, look);
    const isKept = this._set(this.all().concat([made]));
    this.send();
    return isKept;
  }

  drop(id) {
    const looks = this.all();
    const left = looks.filter((look) => look.id !== id);
    if (left.length === looks.length) return false;
    this._set(left);
    this.changed();
    return true;
  }

  async send() {
    if (this.isSending) return;
    this.isSending = true;
    for (let look = this.all()[0]; look; look = this.all()[0]) {
      const answer = await this._sent(look);
      if (!answer) break;
      this.drop(look.id);
      if (answer.error) this.refused(look, answer.error);
      else this.told(look, answer);
    }
    this.isSending = false;
    this.changed();
  }

  // What the server said of one look; null while it cannot be asked.
  async _sent(look) {
    const form = new FormData();
    form.append("id", look.id);
    form.append("entrance", look.entrance);
    form.append("age_ms", String(Math.max(0, Date.now() - look.at)));
    if (look.picture) form.append("picture", LookQueue.blob(look.picture), "look.jpg");
    else form.append(look.texts.length ? "texts" : "missing", look.texts.length ? JSON.stringify(look.texts) : "yes");
    try {
      const answer = await posted(this.url, form, this.token);
      this.isEnded = answer.status === 401 || answer.status === 400;
      if (answer.ok || answer.status === 422) return await answer.json();
      return answer.status === 404 ? { error: "404" } : null;
    } catch (_lost) {
      return null;
    }
  }

  // The bytes of a data address: the page's policy lets nobody fetch one.
  static blob(address) {
    const bytes = Uint8Array.from(atob(address.slice(address.indexOf(",") + 1)), (symbol) => symbol.charCodeAt(0));
    return new Blob([bytes], { type: "image/jpeg" });
  }

  static newId() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

// A form sent the way this site asks for it, given up after twenty seconds.
function posted(url, form, token) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), 20000);
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  return fetch(url, { method: "POST", body: form, headers, credentials: "same-origin", cache: "no-store", signal: giveUp.signal })
    .finally(() => clearTimeout(timer));
}
