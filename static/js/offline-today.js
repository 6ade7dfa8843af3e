// On a patient's own phone: installs the service worker, updates the offline page, sends stored sessions and shows
// their status. On the page for signing out: shows sessions that are not sent yet, and deletes all data before signing
// out.
(() => {
  const store = self.surefootStore;
  const settings = document.currentScript.dataset;
  const statusPanel = document.querySelector("[data-queue]");
  const signOutForm = document.querySelector("[data-sign-out]");

  const formatCount = (name, number) =>
    (number === 1 ? statusPanel.dataset[`${name}One`] : statusPanel.dataset[`${name}Many`]).replace("{n}", number);
  const show = async () => {
    if (!statusPanel) return;
    const sessions = await store.all();
    const count = (state) => sessions.filter((session) => session.state === state).length;
    const lines = ["refused", "waiting", "sent"].filter(count).map((state) => formatCount(state, count(state)));
    const isOpen = count("open") + count("answer") > 0;
    if (isOpen) lines.push(statusPanel.dataset.open);
    document.querySelector("[data-open-there]")?.toggleAttribute("hidden", isOpen);
    for (const session of sessions) lines.push(...(session.notes ?? []));
    const paragraphs = lines.map((line) => Object.assign(document.createElement("p"), { textContent: line }));
    statusPanel.querySelector("[data-queue-lines]").replaceChildren(...paragraphs);
    statusPanel.querySelector("[data-queue-open]")?.toggleAttribute("hidden", !isOpen);
    statusPanel.querySelector("[data-queue-send]")?.toggleAttribute("hidden", !count("waiting"));
    statusPanel.querySelector("[data-queue-call]").toggleAttribute("hidden", !count("refused"));
    statusPanel.toggleAttribute("hidden", !lines.length);
  };
  // "Sent" is shown on one page only.
  const removeSeenReceipts = async () => {
    const old = (await store.all()).filter((session) => session.state === "sent" && session.seen);
    for (const session of old) await store.remove(session.key);
  };
  const markReceiptsSeen = async () => {
    const sent = (await store.all()).filter((session) => session.state === "sent" && !session.seen);
    for (const session of sent) await store.put({ ...session, seen: true });
  };
  const send = async () => {
    await store.send(settings.sync);
    await show();
  };
  const start = async () => {
    await removeSeenReceipts();
    await show();
    await send();
    if (statusPanel && !signOutForm) await markReceiptsSeen();
  };
  store.onChange(show);
  addEventListener("online", send);
  statusPanel?.querySelector("[data-queue-send]")?.addEventListener("click", send);
  // Forms that only the server can save need a connection: the page warns at once and does not lose the input. Answers
  // of a session are stored by the worker.
  const note = Object.assign(document.createElement("p"), { className: "notice notice-warning", role: "alert" });
  const warnWhenOffline = (event) => {
    const form = event.target;
    const isKept = form.action.includes(settings.session) && navigator.serviceWorker?.controller;
    if (navigator.onLine || form.method !== "post" || isKept) return;
    event.preventDefault();
    event.stopPropagation();
    note.textContent = settings.needs;
    form.append(note);
  };
  document.addEventListener("submit", warnWhenOffline, true);
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
