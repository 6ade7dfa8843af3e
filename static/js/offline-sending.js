// Sending of the sessions and reports that a patient's own phone has stored: by a page, or by the service worker.
self.surefootSending = (() => {
  const { all, mayWait, settle, waiting } = self.surefootStore;
  const { removeOtherAccounts, deleteSnapshot, deleteAllButDangers } = self.surefootStore;
  const REQUEST_TIMEOUT_MS = 30_000;
  // While something waits, the page tries again after this long, then after twice as long each time.
  const FIRST_PAUSE_MS = 30_000;
  const LONGEST_PAUSE_MS = 300_000;

  const buildReport = (report) => ({
    report: {
      key: report.key,
      tag: report.tag,
      place: report.place,
      reason: report.reason,
      reported_at: report.started_at,
      sent_at: new Date().toISOString(),
    },
    answers: report.told,
    screening: report.screening, // an answer of the screening: { question, answer }
    told_at: report.told_at,
  });
  // An open session has no `finished_at`: only what was told in it counts.
  const buildSession = (session) => ({
    session: {
      key: session.key,
      tag: session.tag,
      version: session.version,
      session: session.session,
      started_at: session.started_at,
      finished_at: session.state === "open" ? null : session.finished_at,
      sent_at: new Date().toISOString(),
      pain_before: session.pain_before,
      feet_checked_at: session.feet,
      note: session.note,
    },
    entries: session.entries,
    undone: session.undone,
    check_in: session.state === "open" ? session.told : session.check_in,
    told_at: session.told_at,
    asked: session.asked, // missing in sessions stored by older pages
  });
  const buildPayload = (record) => JSON.stringify(record.kind === "report" ? buildReport(record) : buildSession(record));
  // Of a record that was sent, the answers are deleted from the phone. It stores that they were sent, and the holds that
  // they began. A session that goes on stays.
  const buildReceipt = (record, notes) => {
    if (record.state === "open") return { ...record, sent_told: JSON.stringify(record.told) };
    const { key, kind, tag, session, started_at, holds, rest, hold } = record;
    return { key, kind, tag, session, started_at, holds, rest, hold, state: "sent", sent_at: new Date().toISOString(), notes };
  };

  // A connection that does not answer must not keep the next attempt waiting.
  const timeout = () => AbortSignal.timeout?.(REQUEST_TIMEOUT_MS);
  const isNoConnection = (error) => error instanceof TypeError || error.name === "TimeoutError";
  // A proxy, a hotel's network or a maintenance page may answer in place of the server: with 200, 403, 413 or a redirect.
  // Nothing is removed because of that, and what was sent still waits. A refusal of the server has a header, its own JSON
  // names a tag or a key, and it answers a script that says so with X-Next in place of a redirect (patients/middleware.py).
  const BY_SCRIPT = { "X-By-Script": "yes" };
  const refusesWith = (response, status) => response.status === status && response.headers.has("X-Refused");
  const isRefused = (response) => refusesWith(response, 403); // no patient, or no own phone
  const willNeverBeSaved = (response) => refusesWith(response, 422);
  const readOurs = (response) => response.json().catch(() => null);
  // Returns the account tag and a CSRF token, or null if there are none (no connection, signed out, a server error).
  const fetchAccount = async (sync) => {
    const response = await fetch(sync, { redirect: "manual", cache: "no-store", headers: BY_SCRIPT, signal: timeout() });
    if (response.headers.has("X-Next")) {
      await deleteSnapshot(); // signed out: sessions stay until the same account signs in
      return null;
    }
    if (isRefused(response)) {
      await deleteAllButDangers();
      return null;
    }
    if (!response.ok) return null;
    const account = await readOurs(response);
    if (!account?.tag) return null;
    await removeOtherAccounts(account.tag);
    return account;
  };
  const dangersFirst = (records) => records.sort((one, other) => Boolean(other.danger) - Boolean(one.danger));
  // Sends the sessions, dangers first, then the oldest. One that the server fails on does not keep back the others: it
  // waits for the next round. Only a lost connection ends this one. Returns the number of sessions sent.
  const sendAll = async (sync) => {
    let count = 0;
    try {
      if (!waiting(await all()).length) return 0;
      const account = await fetchAccount(sync);
      if (!account) return 0;
      for (const session of dangersFirst(waiting(await all()))) {
        const response = await fetch(sync, {
          method: "POST",
          redirect: "manual",
          headers: { "Content-Type": "application/json", "X-CSRFToken": account.token },
          body: buildPayload(session),
          signal: timeout(),
        });
        const receipt = await readOurs(response);
        if (response.status === 200 && receipt?.key === session.key) {
          await settle(session, buildReceipt(session, receipt.notes));
          count += 1;
        } else if (willNeverBeSaved(response)) {
          await settle(session, { ...session, state: "refused" });
        }
      }
    } catch (error) {
      if (!isNoConnection(error)) throw error;
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

  // Calls `send` when the connection is back, when the page is shown again, and from time to time while something waits:
  // not every browser sends in the background. Returns `sendNow`, and `schedule` for when another tab stored something.
  const keepSending = (send) => {
    let pause = FIRST_PAUSE_MS;
    let timer;
    const schedule = async () => {
      const isWaiting = await mayWait();
      clearTimeout(timer);
      if (isWaiting) timer = setTimeout(attempt, pause);
    };
    const attempt = async () => {
      await send().catch(() => undefined);
      await schedule();
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    };
    const sendNow = () => {
      pause = FIRST_PAUSE_MS;
      return attempt();
    };
    addEventListener("online", sendNow);
    addEventListener("pageshow", (event) => event.persisted && sendNow());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sendNow());
    return { sendNow, schedule };
  };
  // Stores the answers of online pages that the worker has kept in its memory, since it could not store them.
  const takeFromWorker = (store) =>
    new Promise((resolve) => {
      const worker = navigator.serviceWorker?.controller;
      if (!worker) return resolve();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = async ({ data: records }) => {
        for (const one of records) await store.put(one);
        resolve();
      };
      worker.postMessage("take", [port2]);
      setTimeout(resolve, 1000);
    });
  return { BY_SCRIPT, send, keepSending, fetchAccount, isRefused, takeFromWorker };
})();
