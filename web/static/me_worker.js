// Answers for the visitor's own page, and for nothing else, when there is no network. It keeps nothing by itself: the page
// puts what it needs into the cache, and forgetting deletes that and this worker.
"use strict";

const CACHE = "codeplace.me";
const PATIENCE = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const request = event.request;
  const path = new URL(request.url).pathname;
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && path === "/me") event.respondWith(page(request));
  else if (path.startsWith("/static/")) event.respondWith(asset(request));
});

// The page from the network while that answers soon; else as it was kept.
async function page(request) {
  const late = new Promise((_done, give) => setTimeout(give, PATIENCE, new Error("late")));
  try {
    return await Promise.race([fetch(request), late]);
  } catch (lost) {
    return (await kept("/me")) || fetch(request);
  }
}

async function asset(request) {
  return (await kept(request)) || fetch(request);
}

// Not `caches.open`, which would make the cache again that forgetting took away.
function kept(request) {
  return caches.match(request, { cacheName: CACHE });
}
