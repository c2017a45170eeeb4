// Opens a roll call, and no other page, when there is no network. Kept pages hold names: none stays longer than a day.
"use strict";

const CACHE = "codeplace-roll";
const PATIENCE = 4000;
const DAY = 86400000;
const PAGE = /^\/desk\/roll\/[^/]+$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([self.clients.claim(), drop()])));
self.addEventListener("fetch", (event) => {
  const request = event.request;
  const path = new URL(request.url).pathname;
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && PAGE.test(path)) {
    event.respondWith(page(request, path));
    event.waitUntil(drop());
  } else if (path.includes("/static/")) event.respondWith(asset(request));
});

// The page from the network while that answers soon; else as it was kept.
async function page(request, path) {
  const late = new Promise((_done, give) => setTimeout(give, PATIENCE, new Error("late")));
  try {
    const answer = await Promise.race([fetch(request), late]);
    // Once it is over the page took the cache away: that is not made again here.
    if (answer.ok && !answer.redirected && (await caches.has(CACHE))) {
      await (await caches.open(CACHE)).put(path, answer.clone());
    }
    return answer;
  } catch (lost) {
    return (await caches.match(path, { cacheName: CACHE })) || fetch(request);
  }
}

async function asset(request) {
  return (await caches.match(request, { cacheName: CACHE })) || fetch(request);
}

async function drop() {
  if (!(await caches.has(CACHE))) return;
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const answer = await cache.match(request);
    const made = Date.parse(answer.headers.get("Date") || "");
    if (PAGE.test(new URL(request.url).pathname) && !(Date.now() - made < DAY)) await cache.delete(request);
  }
}
