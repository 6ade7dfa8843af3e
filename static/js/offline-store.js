// Storage on a patient's own phone: sessions to be sent, in IndexedDB, and the offline page, in a cache.
// The page and the service worker both use it. Only one of them sends at a time; the server saves each session once
// anyway. If IndexedDB refuses (a full disk, a private window), a session is stored in localStorage; if that refuses too,
// in the memory of this page or worker, and the record says so (`volatile`).
self.surefootStore = (() => {
  const NAME = "surefoot";
  const SNAPSHOT_CACHE = "surefoot-pack";
  const SECOND_PLACE = "surefoot-sessions"; // in localStorage
  // A database that does not open for so long counts as refusing; once it did, each further attempt gets less time.
  const OPEN_TIMEOUT_MS = 5_000;
  const NEXT_OPEN_TIMEOUT_MS = 500;
  let openTimeout = OPEN_TIMEOUT_MS;
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
  // A reading, such as the blood sugar, may get better or worse: the one that was told last counts.
  const isChoice = (answer) => !["yes", "no"].includes(answer) && Number.isNaN(Number(answer));
  const toldAt = (one, name) => one.told_at?.[name] ?? "";
  const isLater = (one, other, name) => toldAt(one, name) > toldAt(other, name);
  const mergeTold = (stored, held) => {
    const told = keepWorst(held.worst_is_no, stored.told, held.told);
    for (const [one, other] of [[stored, held], [held, stored]])
      for (const name of Object.keys(one.told_at ?? {}).filter((name) => isLater(one, other, name)))
        if (one.told?.[name] === undefined) delete told[name]; // asked again
        else if (isChoice(one.told[name])) told[name] = one.told[name];
    return told;
  };
  const mergeTimes = (stored, held) => {
    const times = { ...stored.told_at };
    for (const name of Object.keys(held.told_at ?? {})) if (isLater(held, stored, name)) times[name] = held.told_at[name];
    return times;
  };
  const mergeEntries = (stored, held) => [
    ...stored.entries.filter(
      ({ item }) => !held.undone?.includes(item) && !held.entries.some((entry) => entry.item === item),
    ),
    ...held.entries,
  ];
  // Holds that one of two tabs has ended, such as that of a low of blood sugar that was treated, do not come back. The same
  // hold counts from the last time.
  const nameHold = ({ question = "", kind, until, at }) => [question, kind, until, at].join(" ");
  const mergeHolds = (stored, held) => {
    const ended = [...new Set([...(stored.ended ?? []), ...(held.ended ?? [])])];
    const both = [...stored.holds, ...held.holds]
      .filter((hold) => !ended.includes(nameHold(hold)))
      .sort((one, other) => (other.at ?? "").localeCompare(one.at ?? ""));
    const isFirst = ({ question, kind, until }, index) =>
      both.findIndex((other) => other.kind === kind && other.until === until && other.question === question) === index;
    return { ended, holds: both.filter(isFirst) };
  };
  // Returns the record to store, from the one that is stored already and the one that a page or the worker holds.
  const merge = (stored, held) => {
    if (!stored) return held;
    if (held.state === "sent") return { ...stored, seen: held.seen ?? stored.seen, synced: held.synced ?? stored.synced };
    const { worst_is_no } = held;
    const both = { ...stored, ...held, told: mergeTold(stored, held), told_at: mergeTimes(stored, held), synced: false };
    both.danger = Boolean(stored.danger || held.danger);
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
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        openTimeout = NEXT_OPEN_TIMEOUT_MS;
        reject(new Error("The database does not open."));
      }, openTimeout);
      request.onsuccess = () => {
        clearTimeout(timer);
        openTimeout = OPEN_TIMEOUT_MS;
        if (isLate) request.result.close();
        else resolve(request.result);
      };
      request.onerror = () => {
        clearTimeout(timer);
        reject(request.error);
      };
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
  // Each write has a higher revision than all that it knows of, in whichever place they are.
  const nextRevision = (...records) => 1 + Math.max(...records.map((one) => one?.revision ?? 0));
  const putElsewhere = (held) => {
    const second = readSecond();
    const known = second[held.key] ?? memory.get(held.key);
    const record = { ...merge(known, held), revision: nextRevision(known, held) };
    if (writeSecond({ ...second, [held.key]: record })) {
      memory.delete(held.key);
      return record;
    }
    const kept = { ...record, volatile: record.state !== "sent" };
    memory.set(held.key, kept);
    return kept;
  };

  // Returns whether this phone keeps these records, and can keep another one, as known from the last reading.
  const isKept = (records) => (!isUnreadable || writeSecond(readSecond())) && !records.some((one) => one.volatile);
  // Older browsers have no randomUUID.
  const newKey = () =>
    crypto.randomUUID?.() ??
    "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
      (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16),
    );
  const notifyChange = () => channel?.postMessage("changed");
  // Stores a record, merged with the stored one. Returns what was stored; never rejects.
  const put = async (session) => {
    const { volatile: _old, ...held } = session;
    let record;
    try {
      const elsewhere = readSecond()[held.key] ?? memory.get(held.key);
      record = await change(held.key, (stored) => {
        const { volatile: _memory, ...merged } = merge(elsewhere ? merge(stored, elsewhere) : stored, held);
        return { ...merged, revision: nextRevision(stored, elsewhere, held) };
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
  // Replaces a record that was sent, unless a tab has changed it meanwhile, in either place: then it is sent again.
  const settle = async (sent, outcome) => {
    const isSame = (stored) => (stored?.revision ?? 0) <= (sent.revision ?? 0);
    const isSameElsewhere = () => isSame(readSecond()[sent.key] ?? memory.get(sent.key));
    try {
      await change(sent.key, (stored) => (isSame(stored) ? { ...outcome, revision: sent.revision } : undefined));
      if (isSameElsewhere()) removeElsewhere(sent.key);
    } catch {
      if (isSameElsewhere()) {
        await remove(sent.key);
        putElsewhere(outcome);
      }
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
  const everything = async () => {
    const records = new Map();
    const stored = await readAll();
    for (const record of [...stored, ...Object.values(readSecond()), ...memory.values()])
      records.set(record.key, merge(records.get(record.key), record));
    return [...records.values()].sort((one, other) => one.started_at.localeCompare(other.started_at));
  };
  const all = async () => (await everything()).filter(({ parked }) => !parked);
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

  // Data of one account must not be shown to, or sent by, another. What tells of a danger and was not sent is `parked`
  // until its own account is back: no other function returns it. All else of other accounts is deleted.
  const isUnsentDanger = (one) =>
    isNews(one) ||
    (["waiting", "refused", "answer"].includes(one.state) && Boolean(one.danger || one.holds?.length));
  const removeOtherAccounts = async (tag) => {
    for (const one of await everything()) {
      const isOwn = one.tag === tag;
      if (!isOwn && !isUnsentDanger(one)) await remove(one.key);
      else if (Boolean(one.parked) === isOwn) await put({ ...one, parked: !isOwn });
    }
  };
  const hasParked = async () => (await everything()).some(({ parked }) => parked);
  const hasUnsentDanger = async () => (await everything()).some(isUnsentDanger);
  const deleteSnapshot = () => caches.delete(SNAPSHOT_CACHE);
  const deleteCaches = async () => {
    for (const name of await caches.keys()) await caches.delete(name);
  };
  const deleteEverything = async () => {
    memory.clear();
    writeSecond({});
    await deleteCaches();
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(NAME);
      request.onsuccess = resolve;
      request.onerror = () => reject(request.error);
    });
    notifyChange();
  };
  // For an account that is no patient's, or one that shares this phone: dangers of other accounts stay, parked.
  const deleteAllButDangers = async () => {
    await removeOtherAccounts(null);
    return (await hasParked()) ? deleteCaches() : deleteEverything();
  };

  const onChange = (react) => channel && (channel.onmessage = react);
  return {
    SNAPSHOT_CACHE, all, put, settle, remove, waiting, mayWait, isKept, newKey, takeVolatile, keepWorst, isChoice, nameHold,
    removeOtherAccounts, hasParked, hasUnsentDanger, deleteSnapshot, deleteEverything, deleteAllButDangers, onChange,
  };
})();
