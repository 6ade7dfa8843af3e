// Reminders page: offers push notifications if the browser supports them, and subscribes when the form is submitted.
// Without this script, or without a push service, reminders come by e-mail.
(() => {
  const form = document.querySelector("[data-push-key]");
  const choice = form?.querySelector("[data-channel=push]");
  if (!choice || !form.dataset.pushKey) return;
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
  choice.hidden = false;
  const box = choice.querySelector("input");
  const problem = form.querySelector("[data-push-problem]");

  const key = () => {
    const text = form.dataset.pushKey.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(text.padEnd(Math.ceil(text.length / 4) * 4, "=")), (letter) => letter.charCodeAt(0));
  };
  const subscribe = async () => {
    if ((await Notification.requestPermission()) !== "granted") throw new Error("refused");
    await navigator.serviceWorker.register(form.dataset.pushWorker);
    const worker = await navigator.serviceWorker.ready;
    const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key() });
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    body.append("endpoint", subscription.endpoint);
    const answer = await fetch(form.dataset.pushUrl, { method: "POST", body });
    if (!answer.ok) throw new Error("not taken");
  };

  form.addEventListener("submit", async (event) => {
    if (!box.checked) return;
    event.preventDefault();
    problem.hidden = true;
    try {
      await subscribe();
    } catch {
      problem.textContent = form.dataset.pushRefused;
      problem.hidden = false;
      box.focus();
      return;
    }
    form.submit();
  });
})();
