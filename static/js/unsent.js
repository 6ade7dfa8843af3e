// On devices without the service worker: before answers that may tell of a danger are sent, the server is asked for a
// sign of life. Without one, the browser would show a page of its own. Instead the page stays, with its input, and gives
// the advice for the answers.
(() => {
  const note = document.querySelector("[data-unsent]");
  const { all, placeEmergencyCall, showPlans } = self.surefootCheckIn;
  const emergency = note.querySelector("[data-emergency]");
  const calls = emergency.parentElement;
  const ASKED = JSON.parse(note.dataset.pages).map((pattern) => new RegExp(pattern));
  // A button may be called "action", so the property of the form may be that button.
  const isAsking = (form) => {
    const { pathname } = new URL(form.getAttribute("action") ?? "", location.href);
    return ASKED.some((pattern) => pattern.test(pathname));
  };
  const TIMEOUT_MS = 4_000;
  let isAlive = false;

  // A proxy, or a network, may answer with a page of its own, or lead to one.
  const checkServer = () =>
    fetch(note.dataset.unsent, { redirect: "error", cache: "no-store", signal: AbortSignal.timeout?.(TIMEOUT_MS) })
      .then(async (response) => response.ok && (await response.text()).trim() === "alive")
      .catch(() => false);
  // The worker goes on with the answers only if it has stored the offline page, of the same account as this page.
  const tag = document.querySelector("script[data-tag]")?.dataset.tag;
  const readStored = async () => (await caches.match(note.dataset.pack, { cacheName: "surefoot-pack" }))?.text();
  const isKept = async () => {
    const stored = navigator.serviceWorker?.controller && (await readStored().catch(() => undefined));
    return Boolean(stored && (!tag || stored.includes(`"tag": "${tag}"`)));
  };
  const showAdvice = (form, answers) => {
    const rows = [...note.querySelectorAll("[data-applies]")];
    for (const row of rows) row.hidden = !all(JSON.parse(row.dataset.applies), answers);
    const shown = rows.filter((row) => !row.hidden);
    showPlans(shown);
    placeEmergencyCall(emergency, shown[0], calls);
    form.before(note);
    note.hidden = false;
    note.focus();
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    const isAsked = form.method === "post" && isAsking(form);
    if (!isAsked || isAlive || event.defaultPrevented || !form.requestSubmit) return;
    event.preventDefault();
    const sent = new FormData(form);
    if (button?.name) sent.append(button.name, button.value);
    const signs = [...sent.getAll("signs"), sent.get("sign")].filter(Boolean);
    const answers = { ...Object.fromEntries(sent), ...Object.fromEntries(signs.map((sign) => [sign, "yes"])) };
    if (sent.get("question")) answers[sent.get("question")] = sent.get("answer"); // of the screening
    isAlive = (await isKept()) || (await checkServer());
    form.toggleAttribute("data-checked", isAlive);
    if (isAlive) form.requestSubmit(button);
    else showAdvice(form, answers);
    isAlive = false;
    form.removeAttribute("data-checked");
  });
})();
