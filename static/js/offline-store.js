// Storage on a patient's own phone: sessions to be sent, in IndexedDB, and the offline page, in a cache.
// The page and the service worker both use it. Only one of them sends at a time; the server saves each session once
// anyway. If IndexedDB refuses (a full disk, a private window), a session is stored in localStorage; if that refuses too,
// in the memory of this page or worker, and the record says so (`volatile`).
self.surefootStore = (() => {
  const NAME = "surefoot";
  const SNAPSHOT_CACHE = "surefoot-pack";
  const SECOND_PLACE = "surefoot-sessions"; // in localStorage
  // A database that does not open for so long counts as refusing.
  const OPEN_TIMEOUT_MS = 5_000;
  const channel = "BroadcastChannel" in self ? new BroadcastChannel(NAME) : null;
  const memory = new Map();

  // --- Two tabs may hold the same session: dangers that one of them was told are never withdrawn by the other, and a
  // --- finished session is not opened again. `worst_is_no` names questions of which no is the graver answer.
  const FINISHED = ["waiting", "refused", "sent"];
  const worst = (one, other, gravest) => {
    if ((one ?? "") === "") return other;
    if (one === gravest || other === gravest) return gravest;
    return Number(other) < Number(one) ? one : other; // of two choices, the newer one counts
  };
  const keepWorst = (worst_is_no = [], ...told) => {
    const all = {};
    for (const answers of told)
      for (const [name, answer] of Object.entries(answers ?? {}))
        all[name] = worst(all[name], answer, worst_is_no.includes(name) ? "no" : "yes");
    return all;
  };
  const mergeEntries = (stored, held) => [
    ...stored.entries.filter(
      ({ item }) => !held.undone?.includes(item) && !held.entries.some((entry) => entry.item === item),
    ),
    ...held.entries,
  ];
  // Holds that one of two tabs has ended, such as that of a low of blood sugar that was treated, do not come back.
  const nameHold = ({ question = "", kind, until, at }) => [question, kind, until, at].join(" ");
  const mergeHolds = (stored, held) => {
    const ended = [...(stored.ended ?? []), ...(held.ended ?? [])];
    const isKnown = (hold) =>
      held.holds.some(
        ({ question, kind, until }) => kind === hold.kind && until === hold.until && question === hold.question,
      );
    const both = [...stored.holds.filter((hold) => !isKnown(hold)), ...held.holds];
    return { ended, holds: both.filter((hold) => !ended.includes(nameHold(hold))) };
  };
  // Returns the record to store, from the one that is stored already and the one that a page or the worker holds.
  const merge = (stored, held) => {
    if (!stored) return held;
    if (held.state === "sent") return { ...stored, seen: held.seen ?? stored.seen, synced: held.synced ?? stored.synced };
    const { told, worst_is_no } = held;
    const both = { ...stored, ...held, told: keepWorst(worst_is_no, stored.told, told), synced: false };
    if (stored.entries && held.entries) both.entries = mergeEntries(stored, held);
    if (stored.holds && held.holds) Object.assign(both, mergeHolds(stored, held));
    if (stored.asked && held.asked) both.asked = [...new Set([...stored.asked, ...held.asked])];
    if (stored.check_in || held.check_in)
      both.check_in = keepWorst(worst_is_no, stored.check_in, held.check_in, both.told);
    if (!FINISHED.includes(stored.state) || held.state === "waiting") return both;
    if (stored.state === "sent") return stored;
    return { ...both, state: stored.state, finished_at: stored.finished_at };
  };

  // --- IndexedDB. Errors of the database, such as a full disk, reject the promise.
  // Only writing creates the database: on a phone that was signed out, none must be left. Null: there is none.
  const open = (mode) =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        if (mode === "readonly") {
          resolve(null);
          request.transaction.abort();
        } else request.result.createObjectStore("sessions", { keyPath: "key" });
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      setTimeout(() => reject(new Error("The database does not open.")), OPEN_TIMEOUT_MS);
    });
  // `work` makes its requests in one transaction, and returns the last one.
  const withStore = async (mode, work) => {
    const db = await open(mode);
    if (!db) return [];
    try {
      return await new Promise((resolve, reject) => {
        const transaction = db.transaction("sessions", mode, { durability: "strict" });
        const request = work(transaction.objectStore("sessions"));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      db.close();
    }
  };
  // Replaces a record by `change(record)` in one transaction; undefined changes nothing. Returns the record.
  const change = async (key, update) => {
    let record;
    await withStore("readwrite", (store) => {
      const request = store.get(key);
      request.onsuccess = () => {
        record = update(request.result);
        try {
          if (record) store.put(record);
        } catch {
          store.transaction.abort();
        }
      };
      return request;
    });
    return record;
  };

  // --- The second place, and memory
  const readSecond = () => {
    try {
      return JSON.parse(localStorage.getItem(SECOND_PLACE) ?? "{}");
    } catch {
      return {}; // in a worker, or where localStorage is not allowed
    }
  };
  const writeSecond = (records) => {
    try {
      if (Object.keys(records).length) localStorage.setItem(SECOND_PLACE, JSON.stringify(records));
      else localStorage.removeItem(SECOND_PLACE);
      return true;
    } catch {
      return false;
    }
  };
  const removeElsewhere = (key) => {
    memory.delete(key);
    const { [key]: found, ...others } = readSecond();
    if (found) writeSecond(others);
  };
  const putElsewhere = (held) => {
    const second = readSecond();
    const record = merge(second[held.key] ?? memory.get(held.key), held);
    if (writeSecond({ ...second, [held.key]: record })) {
      memory.delete(held.key);
      return record;
    }
    const kept = { ...record, volatile: record.state !== "sent" };
    memory.set(held.key, kept);
    return kept;
  };

  const notifyChange = () => channel?.postMessage("changed");
  // Stores a record, merged with the stored one. Returns what was stored; never rejects.
  const put = async (session) => {
    const { volatile: _old, ...held } = session;
    let record;
    try {
      const elsewhere = readSecond()[held.key] ?? memory.get(held.key);
      record = await change(held.key, (stored) => {
        const { volatile: _memory, ...merged } = merge(elsewhere ? merge(stored, elsewhere) : stored, held);
        return { ...merged, revision: (stored?.revision ?? 0) + 1 };
      });
      removeElsewhere(held.key);
    } catch {
      record = putElsewhere(held);
    }
    notifyChange();
    return record;
  };
  const remove = async (key) => {
    removeElsewhere(key);
    await withStore("readwrite", (store) => store.delete(key)).catch(() => undefined);
    notifyChange();
  };
  // Replaces a record that was sent, unless a tab has changed it meanwhile: then it is sent again.
  const settle = async (sent, outcome) => {
    const isSame = (stored) => !stored || (stored.revision ?? 0) === (sent.revision ?? 0);
    try {
      await change(sent.key, (stored) => (isSame(stored) ? { ...outcome, revision: sent.revision } : undefined));
      removeElsewhere(sent.key);
    } catch {
      await remove(sent.key);
      putElsewhere(outcome);
    }
    notifyChange();
  };
  let isUnreadable = false;
  const readAll = async () => {
    try {
      const stored = await withStore("readonly", (store) => store.getAll());
      isUnreadable = false;
      return stored;
    } catch {
      isUnreadable = true;
      return [];
    }
  };
  const all = async () => {
    const records = new Map();
    const stored = await readAll();
    for (const record of [...stored, ...Object.values(readSecond()), ...memory.values()])
      records.set(record.key, merge(records.get(record.key), record));
    return [...records.values()].sort((one, other) => one.started_at.localeCompare(other.started_at));
  };
  // Returns whether something waits to be sent; also true if that could not be read.
  const mayWait = async () => waiting(await all()).length > 0 || isUnreadable;
  // Returns and forgets the records that only memory has. A page takes over those of the worker.
  const takeVolatile = () => {
    const records = [...memory.values()];
    memory.clear();
    return records;
  };
  // A danger told in a session that goes on is sent at once, before the session is finished.
  const isNews = (one) => one.state === "open" && one.danger && JSON.stringify(one.told) !== one.sent_told;
  const waiting = (records) => records.filter((one) => one.state === "waiting" || isNews(one));

  // Data of one account must not be shown to, or sent by, another.
  const removeOtherAccounts = async (tag) => {
    for (const session of await all()) if (session.tag !== tag) await remove(session.key);
  };
  const deleteSnapshot = () => caches.delete(SNAPSHOT_CACHE);
  const deleteEverything = async () => {
    memory.clear();
    writeSecond({});
    for (const name of await caches.keys()) await caches.delete(name);
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(NAME);
      request.onsuccess = resolve;
      request.onerror = () => reject(request.error);
    });
    notifyChange();
  };

  const onChange = (react) => channel && (channel.onmessage = react);
  return {
    SNAPSHOT_CACHE, all, put, settle, remove, waiting, mayWait, takeVolatile, keepWorst, nameHold, removeOtherAccounts, deleteSnapshot,
    deleteEverything, onChange,
  };
})();
