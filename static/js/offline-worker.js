// The service worker of a patient's own phone. It shows the one page that the phone keeps when there is no connection,
// and sends what waits. No other page is ever kept. `self.surefoot` says where things are; see views/my/offline.py.
(() => {
  const { version, files, pack, sync, pages, start, looks, doors } = self.surefoot;
  const store = self.surefootStore;
  const FILES = `surefoot-files-${version}`;
  // A connection that is there and says nothing is none.
  const PATIENCE = 12_000;
  const TAG = /"tag": "(\w+)"/;
  const PICTURES = /\/(?:figures|photos)\/[\w\-./]+/g;

  self.addEventListener("install", (event) => {
    event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(files)).then(() => self.skipWaiting()));
  });
  self.addEventListener("activate", (event) => {
    event.waitUntil(
      (async () => {
        for (const name of await caches.keys()) if (![FILES, store.PACK].includes(name)) await caches.delete(name);
        await self.clients.claim();
      })(),
    );
  });

  // The page, its pictures, and nothing of an older one. "304": it is as it was.
  const fetchPack = async () => {
    const kept = await caches.match(pack, { cacheName: store.PACK });
    const etag = kept?.headers.get("ETag");
    const response = await fetch(pack, {
      redirect: "manual",
      cache: "no-store",
      headers: etag ? { "If-None-Match": etag } : {},
    });
    if (response.type === "opaqueredirect") return store.wipePack();
    // Not a patient, or a phone that is shared from now on: nothing stays, and no worker either.
    if (response.status === 403) return store.wipeAll().then(() => self.registration.unregister());
    if (response.status === 304 || !response.ok) return undefined;
    const cache = await caches.open(store.PACK);
    const html = await response.clone().text();
    const pictures = [...new Set(html.match(PICTURES) ?? [])];
    for (const address of pictures) if (!(await cache.match(address))) await cache.add(address);
    await cache.put(pack, response);
    await store.keepOnly(html.match(TAG)?.[1]);
    const wanted = new Set([pack, ...pictures]);
    for (const request of await cache.keys())
      if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
    return undefined;
  };
  // One at a time. Asked for while it is fetched, it is fetched once more: what was under way may not know the latest.
  let keeping;
  let again;
  const keepPack = () => {
    if (!keeping) return (keeping = fetchPack().finally(() => (keeping = undefined)));
    const next = () => {
      again = undefined;
      return keepPack();
    };
    return (again ??= keeping.then(next, next));
  };
  const renewPack = async () => {
    if (await caches.has(store.PACK)) await keepPack();
  };
  const send = async () => {
    if (await store.send(sync)) await keepPack();
  };
  // Woken by the browser: unless it hears that something still waits, it takes the order as done and forgets it.
  const sendOrAskAgain = async () => {
    await send();
    if (store.waiting(await store.all()).length) throw new Error("not sent yet");
  };
  const quietly = (promise) => promise.catch(() => undefined);

  const offline = async () => (await caches.match(pack, { cacheName: store.PACK })) ?? Response.error();
  const isLost = (response) => !response || [502, 503, 504].includes(response.status);

  // An answer of a session that meets no connection is kept, and the page that the phone keeps goes on from there.
  // It may have arrived all the same; the server takes what it has already as what it is.
  const ANSWER = new RegExp(
    `^${pages}session/([\\w-]{36})/(?:(pain|feet|check-in)|exercises/([\\w-]{36})(?:/(why|effort|undo|shorter|gentler))?)/$`,
  );
  const keepAnswer = async (form, address, kept) => {
    const [, session, ofAll, item, ofOne] = address.pathname.match(ANSWER);
    const ask = ofAll ?? (["why", "effort", "undo"].includes(ofOne) ? ofOne : "step");
    const { csrfmiddlewaretoken: _token, ...fields } = Object.fromEntries(await form);
    const tag = (await kept.text()).match(TAG)?.[1];
    const key = `answer:${address.pathname}`;
    await store.put({ key, tag, state: "answer", started_at: new Date().toISOString(), session, ask, item, fields });
  };
  // A form is sent once and waited for, however long it takes.
  const answered = async (request) => {
    const address = new URL(request.url);
    // "Back" to what a form had answered: nothing is sent again, its page is asked for anew.
    if (request.isHistoryNavigation) return Response.redirect(address, 303);
    const kept = await caches.match(pack, { cacheName: store.PACK });
    const form = kept && ANSWER.test(address.pathname) ? request.clone().formData() : null;
    const response = await fetch(request).catch(() => undefined);
    if (!isLost(response)) return response;
    if (!kept || address.pathname === start) return response ?? offline();
    if (!form) return Response.redirect(`${pack}#not-saved`, 303); // what only the clinic can keep
    await keepAnswer(form, address, kept);
    return Response.redirect(pack, 303);
  };
  // Going back asks for what the browser remembers, and of these pages it remembers nothing: asked for anew.
  const fetchPage = (request) => fetch(request).catch(() => fetch(request.url, { redirect: "manual", cache: "no-store" }));
  const page = async (request) => {
    if (request.method !== "GET") return answered(request);
    if (!(await caches.match(pack, { cacheName: store.PACK }))) return fetchPage(request).catch(offline);
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    const response = await Promise.race([fetchPage(request).catch(() => undefined), late]);
    return isLost(response) ? offline() : response;
  };
  const file = async (request) => (await caches.match(request.url)) ?? fetch(request);

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const address = new URL(request.url);
    if (address.origin !== self.location.origin) return;
    if (request.mode === "navigate") {
      if (address.pathname.startsWith(pages)) {
        event.respondWith(page(request));
        // Somebody came in since the pack went: is this phone still theirs alone?
        event.waitUntil(quietly(caches.has(store.PACK).then((has) => has || keepPack())));
      }
      // How pages look and speak: what the phone keeps shall look and speak so too.
      else if (looks.includes(address.pathname)) {
        const answer = page(request);
        event.respondWith(answer);
        if (request.method === "POST") event.waitUntil(quietly(answer.then(renewPack)));
      }
      // Whoever stands at a door is not signed in, or somebody else: the pack goes.
      else if (request.method === "GET" && doors.some((door) => address.pathname.startsWith(door)))
        event.waitUntil(quietly(store.fetchAccount(sync)));
    } else if (request.method === "GET" && /^\/(?:static|figures|photos)\//.test(address.pathname)) {
      event.respondWith(file(request));
    }
  });
  self.addEventListener("sync", (event) => event.waitUntil(sendOrAskAgain()));
  self.addEventListener("message", (event) => {
    if (event.data === "keep") event.waitUntil(quietly(keepPack()));
    if (event.data === "send") event.waitUntil(quietly(send()));
  });
})();
