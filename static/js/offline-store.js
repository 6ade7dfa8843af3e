// What a patient's own phone keeps: sessions that wait to be sent, in order, in IndexedDB; and the pack, in a cache.
// The page and the service worker both use it. One of them sends at a time; the server takes each session once anyway.
self.surefootStore = (() => {
  const NAME = "surefoot";
  const PACK = "surefoot-pack";
  const said = "BroadcastChannel" in self ? new BroadcastChannel(NAME) : null;

  // A closed phone, a full disk: whatever goes wrong with the store is told to who asked.
  const answer = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const open = () => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("sessions", { keyPath: "key" });
    return answer(request);
  };
  const inStore = async (mode, work) => {
    const db = await open();
    try {
      const transaction = db.transaction("sessions", mode, { durability: "strict" });
      const done = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
      const result = await answer(work(transaction.objectStore("sessions")));
      await done;
      return result;
    } finally {
      db.close();
    }
  };
  const tell = () => said?.postMessage("changed");
  const put = async (session) => {
    await inStore("readwrite", (store) => store.put(session));
    tell();
  };
  const remove = async (key) => {
    await inStore("readwrite", (store) => store.delete(key));
    tell();
  };
  const all = async () => {
    const sessions = await inStore("readonly", (store) => store.getAll());
    return sessions.sort((one, other) => one.started_at.localeCompare(other.started_at));
  };
  const waiting = (sessions) => sessions.filter((session) => session.state === "waiting");

  // Nothing of one account is ever shown to, or sent by, another.
  const keepOnly = async (tag) => {
    for (const session of await all()) if (session.tag !== tag) await remove(session.key);
  };
  const wipePack = () => caches.delete(PACK);
  const wipeAll = async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    await answer(indexedDB.deleteDatabase(NAME));
    tell();
  };

  const body = (session) =>
    JSON.stringify({
      session: {
        key: session.key,
        tag: session.tag,
        version: session.version,
        session: session.session,
        started_at: session.started_at,
        finished_at: session.finished_at,
        sent_at: new Date().toISOString(),
        pain_before: session.pain_before,
        feet_checked_at: session.feet,
      },
      entries: session.entries,
      undone: session.undone,
      check_in: session.check_in,
      asked: session.asked, // none: kept by a page that did not say yet
    });

  // For whom may this phone send? null: nobody can say now (no connection, a server in trouble).
  const ask = async (sync) => {
    const response = await fetch(sync, { redirect: "manual", cache: "no-store" });
    if (response.type === "opaqueredirect") {
      await wipePack(); // signed out: what waits stays sealed until the same account is back
      return null;
    }
    if (response.status === 403 || response.status === 404) {
      await wipeAll();
      return null;
    }
    if (!response.ok) return null;
    const who = await response.json();
    await keepOnly(who.tag);
    return who;
  };
  // Oldest first; stops at the first that does not get through. Returns how many the server has now.
  const sendAll = async (sync) => {
    let count = 0;
    try {
      if (!waiting(await all()).length) return 0;
      const who = await ask(sync);
      if (!who) return 0;
      for (const session of waiting(await all())) {
        const response = await fetch(sync, {
          method: "POST",
          redirect: "manual",
          headers: { "Content-Type": "application/json", "X-CSRFToken": who.token },
          body: body(session),
        });
        if (response.status === 200) {
          const receipt = await response.json();
          // The answers are the clinic's now; the phone only remembers that they were sent, and if they mean rest.
          const { key, tag, started_at, rest, hold } = session;
          const sent_at = new Date().toISOString();
          await put({ key, tag, started_at, rest, hold, state: "sent", sent_at, notes: receipt.notes });
          count += 1;
        } else if (response.status === 409) {
          await remove(session.key);
        } else if ([400, 413, 422].includes(response.status)) {
          await put({ ...session, state: "refused" });
        } else break;
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch says "no network" with a TypeError
    }
    return count;
  };
  // Where the browser can, it sends by itself later, when no page is open any more. Only a page may ask for that.
  const sendLater = async () => {
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.sync?.register("send").catch(() => undefined);
  };
  const send = async (sync) => {
    if (waiting(await all()).length) await sendLater();
    return "locks" in navigator ? navigator.locks.request("surefoot-send", () => sendAll(sync)) : sendAll(sync);
  };

  const onChange = (react) => said && (said.onmessage = react);
  return { PACK, all, put, remove, waiting, keepOnly, wipePack, wipeAll, send, ask, onChange };
})();
