// Storage on a patient's own phone: sessions to be sent, in IndexedDB, and the offline page, in a cache.
// The page and the service worker both use it. Only one of them sends at a time; the server saves each session once
// anyway.
self.surefootStore = (() => {
  const NAME = "surefoot";
  const SNAPSHOT_CACHE = "surefoot-pack";
  const channel = "BroadcastChannel" in self ? new BroadcastChannel(NAME) : null;

  // Errors of the database, such as a full disk, reject the promise.
  const toPromise = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const open = () => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("sessions", { keyPath: "key" });
    return toPromise(request);
  };
  const withStore = async (mode, work) => {
    const db = await open();
    try {
      const transaction = db.transaction("sessions", mode, { durability: "strict" });
      const done = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
      const result = await toPromise(work(transaction.objectStore("sessions")));
      await done;
      return result;
    } finally {
      db.close();
    }
  };
  const notifyChange = () => channel?.postMessage("changed");
  const put = async (session) => {
    await withStore("readwrite", (store) => store.put(session));
    notifyChange();
  };
  const remove = async (key) => {
    await withStore("readwrite", (store) => store.delete(key));
    notifyChange();
  };
  const all = async () => {
    const sessions = await withStore("readonly", (store) => store.getAll());
    return sessions.sort((one, other) => one.started_at.localeCompare(other.started_at));
  };
  const waiting = (sessions) => sessions.filter((session) => session.state === "waiting");

  // Data of one account must not be shown to, or sent by, another.
  const removeOtherAccounts = async (tag) => {
    for (const session of await all()) if (session.tag !== tag) await remove(session.key);
  };
  const deleteSnapshot = () => caches.delete(SNAPSHOT_CACHE);
  const deleteEverything = async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    await toPromise(indexedDB.deleteDatabase(NAME));
    notifyChange();
  };

  const buildPayload = (session) =>
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
      asked: session.asked, // missing in sessions stored by older pages
    });

  // Returns the account tag and a CSRF token, or null if there are none (no connection, signed out, a server error).
  const fetchAccount = async (sync) => {
    const response = await fetch(sync, { redirect: "manual", cache: "no-store" });
    if (response.type === "opaqueredirect") {
      await deleteSnapshot(); // signed out: sessions stay until the same account signs in
      return null;
    }
    if (response.status === 403 || response.status === 404) {
      await deleteEverything();
      return null;
    }
    if (!response.ok) return null;
    const account = await response.json();
    await removeOtherAccounts(account.tag);
    return account;
  };
  // Sends the sessions, oldest first, up to the first failure. Returns the number of sessions sent.
  const sendAll = async (sync) => {
    let count = 0;
    try {
      if (!waiting(await all()).length) return 0;
      const account = await fetchAccount(sync);
      if (!account) return 0;
      for (const session of waiting(await all())) {
        const response = await fetch(sync, {
          method: "POST",
          redirect: "manual",
          headers: { "Content-Type": "application/json", "X-CSRFToken": account.token },
          body: buildPayload(session),
        });
        if (response.status === 200) {
          const receipt = await response.json();
          // The answers are deleted from the phone. It stores that they were sent, and if they mean rest or a hold.
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
      if (!(error instanceof TypeError)) throw error; // fetch throws a TypeError if there is no connection
    }
    return count;
  };
  // Background sync, if the browser has it, sends later without an open page. Only a page may register it.
  const sendLater = async () => {
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.sync?.register("send").catch(() => undefined);
  };
  const send = async (sync) => {
    if (waiting(await all()).length) await sendLater();
    return "locks" in navigator ? navigator.locks.request("surefoot-send", () => sendAll(sync)) : sendAll(sync);
  };

  const onChange = (react) => channel && (channel.onmessage = react);
  return {
    SNAPSHOT_CACHE, all, put, remove, waiting, removeOtherAccounts, deleteSnapshot, deleteEverything, send,
    fetchAccount, onChange,
  };
})();
