// Warns before an idle session of staff is locked, then covers the page until the password is typed in it. What was
// typed in the page stays. Nothing is sent while nobody types or points; the server locks by itself in any case.
(() => {
  const dialog = document.getElementById("idle");
  if (!dialog?.showModal) return;
  const warning = dialog.querySelector("[data-idle-warning]");
  const lock = dialog.querySelector("[data-idle-lock]");
  const wrong = dialog.querySelector("[data-idle-wrong]");
  const warnAfter = dialog.dataset.warnAfter * 1000;
  const lockAfter = dialog.dataset.lockAfter * 1000;
  // A sign of life is sent at most this often, by the first key or touch after it.
  const SIGN_INTERVAL = 60_000;
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("staff-session") : null;
  let seenAt = Date.now(); // when the server last heard of this person, as far as known here
  let isLocked = false;

  const post = (address, body) =>
    fetch(address, { method: "POST", body, headers: { "X-By-Script": "yes", Accept: "text/html" }, redirect: "follow" });

  function seen() {
    seenAt = Date.now();
    tabs?.postMessage("seen");
    if (dialog.open && !isLocked) dialog.close();
  }

  function show(part) {
    warning.hidden = part !== warning;
    lock.hidden = part !== lock;
    dialog.classList.toggle("is-locked", part === lock);
    dialog.setAttribute("aria-label", part.querySelector("h2").textContent);
    if (!dialog.open) dialog.showModal();
    if (part === lock) lock.elements.password.focus();
  }

  function cover() {
    isLocked = true;
    show(lock);
  }

  async function signOfLife() {
    seenAt = Date.now(); // also before the answer: one at a time
    try {
      const response = await post(dialog.dataset.alive, new FormData(lock));
      if (response.headers.has("X-Next")) cover();
      else if (response.ok) seen();
    } catch {
      // Without a connection there is nothing to unlock; the next sign tries again.
    }
  }

  function check() {
    const idle = Date.now() - seenAt;
    if (isLocked) return;
    if (idle >= lockAfter) cover();
    else if (idle >= warnAfter) show(warning);
  }

  function stay() {
    if (!isLocked && Date.now() - seenAt >= SIGN_INTERVAL && !dialog.open) signOfLife();
  }

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (!isLocked) signOfLife();
  });
  dialog.querySelector("[data-idle-stay]").addEventListener("click", signOfLife);
  lock.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.hidden = true;
    try {
      const response = await post(lock.action, new FormData(lock));
      const next = response.headers.get("X-Next");
      if (!next) throw new Error("refused");
      if (next.startsWith(dialog.dataset.signIn)) return location.assign(next); // the session has ended
      isLocked = false;
      lock.reset();
      tabs?.postMessage("unlocked");
      seen();
    } catch {
      wrong.hidden = false;
      lock.elements.password.select();
    }
  });
  tabs?.addEventListener("message", ({ data }) => {
    seenAt = Date.now();
    if (data === "unlocked") isLocked = false;
    if (dialog.open && !isLocked) dialog.close();
  });
  for (const kind of ["keydown", "pointerdown", "input"]) addEventListener(kind, stay, { passive: true });
  // A page that slept, or that the Back button brings back, is checked at once.
  for (const kind of ["visibilitychange", "pageshow", "focus"]) addEventListener(kind, check);
  tabs?.postMessage("seen");
  setInterval(check, 1000);
})();
