// On a patient's own phone: installs the service worker, updates the offline page, sends stored sessions and shows
// their status. On the page for signing out: shows sessions that are not sent yet, and deletes all data before signing
// out.
(() => {
  const store = self.surefootStore;
  const { send: sendStored, keepSending } = self.surefootSending;
  const settings = document.currentScript.dataset;
  const statusPanel = document.querySelector("[data-queue]");
  const signOutForm = document.querySelector("[data-sign-out]");

  const formatCount = (name, number) =>
    (number === 1 ? statusPanel.dataset[`${name}One`] : statusPanel.dataset[`${name}Many`]).replace("{n}", number);
  // Today's page offers exercises as the server knew the day. While a session waits, and once it was sent, that is wrong.
  const isToday = statusPanel && "today" in statusPanel.dataset;
  let wasWaiting = false;
  let isLeaving = false;
  const shownHere = new Set();
  const hideStart = (isHidden) => {
    const start = `form[action="${settings.start}"], a[href^="${settings.session}"]:not([href$="/advice/"])`;
    for (const one of document.querySelectorAll(start)) one.hidden = isHidden;
  };
  const show = async () => {
    if (!statusPanel) return;
    // What was shown stays on this page, also after it counts as seen.
    const sessions = (await store.all()).filter((session) => !session.seen || shownHere.has(session.key));
    for (const one of sessions.filter(({ state }) => state === "sent")) shownHere.add(one.key);
    const count = (state) => sessions.filter((one) => one.state === state && one.kind !== "report").length;
    const hasReport = (state) => sessions.some((one) => one.state === state && one.kind === "report");
    const states = ["refused", "waiting", "sent"];
    const lines = states.filter(count).map((state) => formatCount(state, count(state)));
    lines.push(...states.filter(hasReport).map((state) => statusPanel.dataset[`${state}Report`]));
    const isWaiting = store.waiting(sessions).length > 0;
    const isRefused = count("refused") > 0 || hasReport("refused");
    const isOpen = count("open") + count("answer") > 0;
    document.querySelector("[data-parked]")?.toggleAttribute("hidden", !(await store.hasParked()));
    if (isOpen) lines.push(statusPanel.dataset.open);
    document.querySelector("[data-open-there]")?.toggleAttribute("hidden", isOpen);
    for (const session of sessions) lines.push(...(session.notes ?? []));
    const paragraphs = lines.map((line) => Object.assign(document.createElement("p"), { textContent: line }));
    statusPanel.querySelector("[data-queue-lines]").replaceChildren(...paragraphs);
    statusPanel.querySelector("[data-queue-open]")?.toggleAttribute("hidden", !isOpen);
    statusPanel.querySelector("[data-queue-send]")?.toggleAttribute("hidden", !isWaiting);
    statusPanel.querySelector("[data-queue-call]").toggleAttribute("hidden", !isRefused);
    statusPanel.toggleAttribute("hidden", !lines.length);
    if (!isToday) return;
    if (wasWaiting && !isWaiting) {
      isLeaving = true;
      location.reload();
    }
    wasWaiting ||= isWaiting;
    hideStart(wasWaiting || isOpen || sessions.some((one) => one.state === "refused" && one.holds?.length));
  };
  // "Sent" is shown on one page only. The record stays until the day is over for sure: it says if the patient should rest.
  const KEEP_MS = 36 * 60 * 60 * 1000;
  const removeSeenReceipts = async () => {
    const isOld = ({ state, seen, sent_at }) => state === "sent" && seen && Date.now() - new Date(sent_at) > KEEP_MS;
    for (const session of (await store.all()).filter(isOld)) await store.remove(session.key);
  };
  const markReceiptsSeen = async () => {
    const sent = (await store.all()).filter((session) => session.state === "sent" && !session.seen);
    for (const session of sent) await store.put({ ...session, seen: true });
  };
  const { sendNow, schedule } = keepSending(async () => {
    await sendStored(settings.sync);
    await show();
  });
  const start = async () => {
    if (settings.tag) await store.removeOtherAccounts(settings.tag);
    // Only the offline page knows what follows from an answer that the worker has stored.
    if (isToday && (await store.all()).some(({ state }) => state === "answer")) return location.replace(settings.pack);
    await removeSeenReceipts();
    await show();
    await sendNow();
    if (statusPanel && !signOutForm && !isLeaving) await markReceiptsSeen();
  };
  store.onChange(async () => {
    await show();
    await schedule();
  });
  statusPanel?.querySelector("[data-queue-send]")?.addEventListener("click", sendNow);
  // Forms that only the server can save need a connection: the page warns at once and does not lose the input. Answers
  // of a session are stored by the worker.
  const note = Object.assign(document.createElement("p"), { className: "notice notice-warning", role: "alert" });
  const warnWhenOffline = (event) => {
    const form = event.target;
    // A button may be called "action", so the property of the form may be that button.
    const isKept = (form.getAttribute("action") ?? "").includes(settings.session) && navigator.serviceWorker?.controller;
    const hasAdvice = document.querySelector("[data-unsent]"); // js/unsent.js says more
    if (navigator.onLine || form.method !== "post" || isKept || hasAdvice) return;
    event.preventDefault();
    event.stopPropagation();
    note.textContent = settings.needs;
    form.append(note);
  };
  document.addEventListener("submit", warnWhenOffline, true);
  // Another account may have signed in since this page was opened: its forms say whose answers they send.
  const nameAccount = ({ target: form }) => {
    if (!settings.tag || form.method !== "post" || form.querySelector("input[name=account]")) return;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "account", value: settings.tag }));
  };
  document.addEventListener("submit", nameAccount, true);
  // Without storage (a private window, a full disk) the pages work as on a shared device.
  start().catch(() => undefined);

  if (signOutForm) {
    signOutForm.addEventListener("submit", async (event) => {
      event.preventDefault();
      await store.deleteEverything().catch(() => undefined);
      for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
      signOutForm.submit();
    });
  } else if (navigator.serviceWorker) {
    navigator.serviceWorker
      .register(settings.worker)
      .then(() => navigator.serviceWorker.ready)
      .then((registration) => settings.keep && registration.active.postMessage("keep"))
      .catch(() => undefined);
  }
})();
