// On devices without the service worker: before answers that may tell of a danger are sent, the server is asked for a
// sign of life. Without one, the browser would show a page of its own. Instead the page stays, with its input, and gives
// the advice for the answers.
(() => {
  const note = document.querySelector("[data-unsent]");
  const { all, placeEmergencyCall } = self.surefootCheckIn;
  const emergency = note.querySelector("[data-emergency]");
  const calls = emergency.parentElement;
  const ASKED = /\/(?:check-in|ready|sugar|follow-up|not-today|stop|reports\/[\w-]{36})\/$/;
  const TIMEOUT_MS = 10_000;
  let isAlive = false;

  const checkServer = () =>
    fetch(note.dataset.unsent, { cache: "no-store", signal: AbortSignal.timeout?.(TIMEOUT_MS) }).then(
      (response) => response.ok,
      () => false,
    );
  const showAdvice = (form, answers) => {
    const rows = [...note.querySelectorAll("[data-applies]")];
    for (const row of rows) row.hidden = !all(JSON.parse(row.dataset.applies), answers);
    placeEmergencyCall(emergency, rows.find((row) => !row.hidden), calls);
    form.before(note);
    note.hidden = false;
    note.focus();
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    const isAsked = form.method === "post" && ASKED.test(new URL(form.action).pathname);
    if (!isAsked || isAlive || navigator.serviceWorker?.controller || !form.requestSubmit) return;
    event.preventDefault();
    const sent = new FormData(form, button);
    const signs = [...sent.getAll("signs"), sent.get("sign")].filter(Boolean);
    const answers = { ...Object.fromEntries(sent), ...Object.fromEntries(signs.map((sign) => [sign, "yes"])) };
    isAlive = await checkServer();
    if (isAlive) form.requestSubmit(button);
    else showAdvice(form, answers);
    isAlive = false;
  });
})();
