// On a patient's own phone: installs the worker, keeps the pack fresh, sends what waits and says how that stands.
// On the page that signs out: says what is not sent yet, and empties the phone first.
(() => {
  const store = self.surefootStore;
  const here = document.currentScript.dataset;
  const strip = document.querySelector("[data-queue]");
  const leaving = document.querySelector("[data-sign-out]");

  const words = (name, number) =>
    (number === 1 ? strip.dataset[`${name}One`] : strip.dataset[`${name}Many`]).replace("{n}", number);
  const show = async () => {
    if (!strip) return;
    const sessions = await store.all();
    const count = (state) => sessions.filter((session) => session.state === state).length;
    const lines = ["refused", "waiting", "sent"].filter(count).map((state) => words(state, count(state)));
    const isOpen = count("open") + count("answer") > 0;
    if (isOpen) lines.push(strip.dataset.open);
    document.querySelector("[data-open-there]")?.toggleAttribute("hidden", isOpen);
    for (const session of sessions) lines.push(...(session.notes ?? []));
    const paragraphs = lines.map((line) => Object.assign(document.createElement("p"), { textContent: line }));
    strip.querySelector("[data-queue-lines]").replaceChildren(...paragraphs);
    strip.querySelector("[data-queue-open]")?.toggleAttribute("hidden", !isOpen);
    strip.querySelector("[data-queue-send]")?.toggleAttribute("hidden", !count("waiting"));
    strip.querySelector("[data-queue-call]").toggleAttribute("hidden", !count("refused"));
    strip.toggleAttribute("hidden", !lines.length);
  };
  // "Sent" has been read once the next page is opened.
  const forgetSent = async () => {
    const old = (await store.all()).filter((session) => session.state === "sent" && session.seen);
    for (const session of old) await store.remove(session.key);
  };
  const noteSeen = async () => {
    const sent = (await store.all()).filter((session) => session.state === "sent" && !session.seen);
    for (const session of sent) await store.put({ ...session, seen: true });
  };
  const send = async () => {
    await store.send(here.sync);
    await show();
  };
  const start = async () => {
    await forgetSent();
    await show();
    await send();
    if (strip && !leaving) await noteSeen();
  };
  store.onChange(show);
  addEventListener("online", send);
  strip?.querySelector("[data-queue-send]")?.addEventListener("click", send);
  // What only the clinic can keep needs a connection: the page says so at once, and what was typed stays. The answers
  // of a session are kept by the worker.
  const note = Object.assign(document.createElement("p"), { className: "notice notice-warning", role: "alert" });
  const tellOffline = (event) => {
    const form = event.target;
    const isKept = form.action.includes(here.session) && navigator.serviceWorker?.controller;
    if (navigator.onLine || form.method !== "post" || isKept) return;
    event.preventDefault();
    event.stopPropagation();
    note.textContent = here.needs;
    form.append(note);
  };
  document.addEventListener("submit", tellOffline, true);
  // A browser that keeps nothing (a private window, a full disk) shows the pages as they always were.
  start().catch(() => undefined);

  if (leaving) {
    leaving.addEventListener("submit", async (event) => {
      event.preventDefault();
      await store.wipeAll().catch(() => undefined);
      for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
      leaving.submit();
    });
  } else if (navigator.serviceWorker) {
    navigator.serviceWorker
      .register(here.worker)
      .then(() => navigator.serviceWorker.ready)
      .then((registration) => here.keep && registration.active.postMessage("keep"))
      .catch(() => undefined);
  }
})();
