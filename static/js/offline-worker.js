// The service worker of a patient's own phone. Without a connection it shows the offline page, the only page that is
// cached, and it sends stored sessions. `self.surefoot` has the URLs; see patients/sessions/offline/views.py.
(() => {
  const { version, files, pack, sync, pages, start, answers, settingsPaths, signInPaths } = self.surefoot;
  const store = self.surefootStore;
  const sending = self.surefootSending;
  const FILES = `surefoot-files-${version}`;
  const ACCOUNT = "surefoot-account";
  // A connection without a response for so long counts as none. The advice for what may be a danger waits less: the
  // answer is stored, and sent again.
  const TIMEOUT_MS = 12_000;
  const ADVICE_TIMEOUT_MS = 4_000;
  // Today's page waits so long for what is still to be sent, so that it does not offer exercises after a danger.
  const SEND_FIRST_MS = 5_000;
  const TAG = /"tag": "(\w+)"/;
  const PICTURES = /\/(?:figures|photos)\/[\w\-./]+/g;

  self.addEventListener("install", (event) => {
    event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(files)).then(() => self.skipWaiting()));
  });
  // The page that is stored may need the files of the version before: those are deleted once the page is a new one.
  self.addEventListener("activate", (event) => {
    event.waitUntil(
      self.clients
        .claim()
        .then(() => Promise.race([ignoreErrors(updateSnapshotIfKept()), pause(SEND_FIRST_MS)])),
    );
  });
  const deleteOlderFiles = async () => {
    for (const name of await caches.keys())
      if (![FILES, ACCOUNT, store.SNAPSHOT_CACHE].includes(name)) await caches.delete(name);
  };

  // The stored page knows of all that had been sent: its holds are those of the server.
  const markSynced = async (begun) => {
    const known = (await store.all()).filter(({ state, synced, sent_at }) => state === "sent" && !synced && sent_at < begun);
    for (const one of known) await store.put({ ...one, synced: true });
  };
  const markUpdated = (begun) => Promise.all([markSynced(begun), deleteOlderFiles()]);
  // Stores the page and its pictures, and deletes those of older versions. Status 304: the page has not changed.
  const fetchSnapshot = async () => {
    const begun = new Date().toISOString();
    const kept = await caches.match(pack, { cacheName: store.SNAPSHOT_CACHE });
    const etag = kept?.headers.get("ETag");
    const response = await fetch(pack, {
      redirect: "manual",
      cache: "no-store",
      headers: { ...sending.BY_SCRIPT, ...(etag ? { "If-None-Match": etag } : {}) },
    });
    if (response.headers.has("X-Next")) return store.deleteSnapshot(); // signed out
    // Not a patient, or no longer an own phone: what waits is sent, then all data and the worker are removed.
    if (sending.isRefused(response)) {
      await ignoreErrors(sending.send(sync));
      await store.deleteAllButDangers();
      return self.registration.unregister();
    }
    if (response.status === 304) return markUpdated(begun);
    if (!response.ok) return undefined;
    const cache = await caches.open(store.SNAPSHOT_CACHE);
    const html = await response.clone().text();
    const tag = html.match(TAG)?.[1];
    if (!tag) return undefined; // a page of a proxy or of a network, not ours
    const pictures = [...new Set(html.match(PICTURES) ?? [])];
    for (const address of pictures) if (!(await cache.match(address))) await cache.add(address);
    await cache.put(pack, response);
    await (await caches.open(ACCOUNT)).put(pack, new Response(tag));
    await store.removeOtherAccounts(tag);
    const wanted = new Set([pack, ...pictures]);
    for (const request of await cache.keys())
      if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
    return markUpdated(begun);
  };
  // One update at a time. A call during an update queues another one, since the running one may be out of date.
  let updating;
  let queuedUpdate;
  const updateSnapshot = () => {
    if (!updating) return (updating = fetchSnapshot().finally(() => (updating = undefined)));
    const next = () => {
      queuedUpdate = undefined;
      return updateSnapshot();
    };
    return (queuedUpdate ??= updating.then(next, next));
  };
  const updateSnapshotIfKept = async () => {
    await ((await caches.has(store.SNAPSHOT_CACHE)) ? updateSnapshot() : deleteOlderFiles());
  };
  const send = async () => {
    if (await sending.send(sync)) await updateSnapshot();
  };
  // For background sync: the browser tries again only if the promise is rejected.
  const sendOrRetry = async () => {
    await send();
    if (store.waiting(await store.all()).length) throw new Error("not sent yet");
  };
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const ignoreErrors = (promise) => promise.catch(() => undefined);

  const offline = async () => (await caches.match(pack, { cacheName: store.SNAPSHOT_CACHE })) ?? Response.error();
  const isUnreachable = (response) => !response || [502, 503, 504].includes(response.status);

  // Pages with answers of a session, and of what is told outside of one (patients/sessions/offline/paths.py). Without a
  // connection the answer is stored, and goes on on the offline page. The answer may have arrived all the same; the
  // server saves a repeated answer once.
  const ANSWERS = answers.map((one) => ({ ...one, pattern: new RegExp(one.pattern) }));
  // Returns which answer a form has, with the ids in its address, or null if only the server can save it.
  const getAnswer = ({ pathname }) => {
    const found = ANSWERS.find(({ pattern }) => pattern.test(pathname));
    return found ? { ask: found.ask, tells: found.tells, ...pathname.match(found.pattern).groups } : null;
  };
  // The account of the stored page. After a sign-in has ended (401) it may be deleted, and nobody else is signed in.
  const getTag = async (kept, response) => {
    if (kept) return (await kept.text()).match(TAG)?.[1];
    return response?.status === 401 ? (await caches.match(pack, { cacheName: ACCOUNT }))?.text() : undefined;
  };
  // The account whose answer it is: the page that was open names it, also if another one has signed in since. A page
  // that keeps answers (`kept_for`) without a name may be of anybody.
  const getOwner = (form, own) => form.get("account") || (form.has("kept_for") ? undefined : own);
  // Returns whether the answer is stored and goes on on the offline page. That of another account is stored if it may
  // tell of a danger, and waits until its own account is back (`parked`, see offline-store.js).
  const storeAnswer = async (form, { tells, ...answer }, kept, response) => {
    const own = await getTag(kept, response);
    const tag = getOwner(form, own);
    const parked = tag !== own;
    if (!tag || (parked && !tells)) return false;
    const { csrfmiddlewaretoken: _token, account: _account, kept_for: _for, ...fields } = Object.fromEntries(form);
    if (form.has("signs")) fields.signs = form.getAll("signs");
    // Each answer is a record of its own: a second answer to a page, from another tab, does not replace the first.
    const key = `answer:${store.newKey()}`;
    const started_at = new Date().toISOString();
    await store.put({ key, tag, state: "answer", started_at, danger: tells, parked, ...answer, fields });
    return !parked;
  };
  // Answers that no page has read yet: only the offline page knows what follows from them.
  const hasAnswers = async () => (await store.all()).some(({ state }) => state === "answer");
  // The stored page may still be of the account before: it knows nothing of these answers.
  const hasAnswersOf = async (kept) => {
    const own = await getTag(kept);
    return (await store.all()).some(({ state, tag }) => state === "answer" && tag === own);
  };
  // Sends what waits, but does not take long. Returns if the phone knows of something that the server does not.
  const sendFirst = async () => {
    if (await hasAnswers()) return true;
    if (!store.waiting(await store.all()).length) return false;
    await Promise.race([ignoreErrors(send()), pause(SEND_FIRST_MS)]);
    return store.waiting(await store.all()).length > 0;
  };
  // Errors of the server, and answers of a proxy or a maintenance page in its place, which may have any status.
  const isNotSaved = (response) => [500, 507].includes(response.status) || !response.headers.has("X-Answered");
  // Answers are sent as a script does, so that the server's redirect can be told from one of a proxy; see `follow`.
  const sendForm = ({ url, referrer }, form) =>
    fetch(url, {
      method: "POST",
      redirect: "manual",
      referrer,
      headers: { Accept: "text/html", ...sending.BY_SCRIPT },
      body: new URLSearchParams(form),
    });
  const follow = (response, address) => {
    const next = response.headers.get("X-Next");
    return next ? Response.redirect(new URL(next, address), 303) : response;
  };
  // A form that only the server can save is sent once, without a timeout. One with answers may be sent again later, so
  // that its advice does not wait for a connection that does not answer.
  const respondToForm = async (request) => {
    const address = new URL(request.url);
    // "Back" to the response to a form: nothing is sent again, the page is fetched with GET.
    if (request.isHistoryNavigation) return Response.redirect(address, 303);
    const kept = await caches.match(pack, { cacheName: store.SNAPSHOT_CACHE });
    if (kept && address.pathname === start && (await sendFirst())) return Response.redirect(pack, 303);
    const answer = getAnswer(address);
    const form = answer ? await request.clone().formData() : null;
    const sent = (kept && form ? sendForm(request, form) : fetch(request)).catch(() => undefined);
    const response = await (kept && form ? Promise.race([sent, pause(answer.tells ? ADVICE_TIMEOUT_MS : TIMEOUT_MS)]) : sent);
    // Signed out, or without the token of the form: the page says so, and the answer is sent after the next sign-in.
    if (form && response?.headers.has("X-Not-Saved")) await storeAnswer(form, answer, kept?.clone(), response);
    if (!isUnreachable(response) && !(form && isNotSaved(response))) return follow(response, address);
    if (address.pathname === start) return response ?? offline();
    if (!kept) return response ?? offline(); // js/unsent.js has asked for a sign of life
    if (form && (await storeAnswer(form, answer, kept))) return Response.redirect(pack, 303);
    // Of another account: the server's page keeps what was sent, or else the page that is open stays as it is.
    if (form && (form.has("account") || form.has("kept_for")))
      return response?.headers.has("X-Answered") ? response : new Response(null, { status: 204 });
    // Only the server can save it. Its page for a database that is away keeps what was typed.
    return response?.headers.has("Retry-After") ? response : Response.redirect(`${pack}#not-saved`, 303);
  };
  // Going back requests a copy from the HTTP cache, which has none of these pages: they are fetched again.
  const fetchPage = (request) => fetch(request).catch(() => fetch(request.url, { redirect: "manual", cache: "no-store" }));
  const respondToPage = async (request) => {
    if (request.method !== "GET") return respondToForm(request);
    const kept = await caches.match(pack, { cacheName: store.SNAPSHOT_CACHE });
    if (!kept) return fetchPage(request).catch(offline);
    const { pathname } = new URL(request.url);
    // Their advice does not wait for the network.
    if ([pages, pack].includes(pathname) && (await hasAnswersOf(kept)))
      return pathname === pack ? offline() : Response.redirect(pack, 303);
    if (pathname === pages) await sendFirst();
    const response = await Promise.race([fetchPage(request).catch(() => undefined), pause(TIMEOUT_MS)]);
    return isUnreachable(response) ? offline() : response;
  };
  const respondToFile = async (request) => (await caches.match(request.url)) ?? fetch(request);

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const address = new URL(request.url);
    if (address.origin !== self.location.origin) return;
    if (request.mode === "navigate") {
      if (address.pathname.startsWith(pages)) {
        event.respondWith(respondToPage(request));
        // The cache is missing, for example after a new sign-in: fetch the page, if this is still an own phone.
        event.waitUntil(ignoreErrors(caches.has(store.SNAPSHOT_CACHE).then((has) => has || updateSnapshot())));
      }
      // Display settings and language: the offline page is updated to match them.
      else if (settingsPaths.includes(address.pathname)) {
        const answer = respondToPage(request);
        event.respondWith(answer);
        if (request.method === "POST") event.waitUntil(ignoreErrors(answer.then(updateSnapshotIfKept)));
      }
      // The sign-in pages: fetchAccount deletes the offline page if the user is signed out or another one.
      else if (request.method === "GET" && signInPaths.some((path) => address.pathname.startsWith(path)))
        event.waitUntil(ignoreErrors(sending.fetchAccount(sync)));
    } else if (request.method === "GET" && /^\/(?:static|figures|photos)\//.test(address.pathname)) {
      event.respondWith(respondToFile(request));
    }
  });
  self.addEventListener("sync", (event) => event.waitUntil(sendOrRetry()));
  self.addEventListener("message", (event) => {
    if (event.data === "keep") event.waitUntil(ignoreErrors(updateSnapshot()));
    // A page takes over the answers that could not be stored: it may have localStorage, and lives longer.
    if (event.data === "take") event.ports[0].postMessage(store.takeVolatile());
    if (event.data === "send") event.waitUntil(ignoreErrors(send()));
  });
})();
