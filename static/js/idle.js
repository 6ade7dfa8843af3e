// Warns before an idle session of staff is locked, then covers the page until the password is typed in it. When the
// session has ended, it asks to sign in in another tab. What was typed in the page stays. Nothing is sent while nobody
// types or points; the server locks by itself in any case.
(() => {
  const dialog = document.getElementById("idle");
  if (!dialog?.showModal) return;
  const warning = dialog.querySelector("[data-idle-warning]");
  const lock = dialog.querySelector("[data-idle-lock]");
  const wrong = dialog.querySelector("[data-idle-wrong]");
  const end = dialog.querySelector("[data-idle-ended]");
  const warnAfter = dialog.dataset.warnAfter * 1000;
  const lockAfter = dialog.dataset.lockAfter * 1000;
  // A sign of life is sent at most this often, by the first key or touch after it.
  const SIGN_INTERVAL = 60_000;
  const HEADERS = { "X-By-Script": "yes", Accept: "text/html" };
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("staff-session") : null;
  let seenAt = Date.now(); // when the server last heard of this person, as far as known here
  let isLocked = false; // the page is covered
  let hasEnded = false;

  async function post(address) {
    const send = () => fetch(address, { method: "POST", body: new FormData(lock), headers: HEADERS, redirect: "follow" });
    const response = await send();
    return response.status === 403 && (await renewTokens()) ? send() : response;
  }

  /** Put the token of the session that another tab has begun into all forms. Return false if it is somebody else's. */
  async function renewTokens() {
    const response = await fetch(lock.action, { headers: HEADERS });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const token = page.querySelector(`[data-user="${dialog.dataset.user}"] [name=csrfmiddlewaretoken]`)?.value;
    if (!token) return false;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    return true;
  }

  /** Return the address where the person has to go first according to `response`, or "". */
  const next = (response) => response.headers.get("X-Next") ?? "";
  const leadsToSignIn = (response) => next(response).startsWith(dialog.dataset.signIn);

  const tell = (kind) => tabs?.postMessage({ kind, user: dialog.dataset.user });

  function seen() {
    seenAt = Date.now();
    tell("seen");
    if (dialog.open && !isLocked) dialog.close();
  }

  function show(part) {
    for (const each of [warning, lock, end]) each.hidden = part !== each;
    dialog.classList.toggle("is-locked", isLocked);
    dialog.setAttribute("aria-label", part.querySelector("h2").textContent);
    if (!dialog.open) dialog.showModal();
    if (part === lock) lock.elements.password.focus();
    if (part === end) end.querySelector("h2").focus(); // no link or button: somebody may be typing
  }

  function cover() {
    isLocked = true;
    show(hasEnded ? end : lock);
  }

  function sayEnded() {
    hasEnded = true;
    lock.reset();
    show(end);
  }

  async function signOfLife() {
    seenAt = Date.now(); // also before the answer: one at a time
    try {
      const hadEnded = hasEnded;
      if (hadEnded && !(await renewTokens())) return; // nobody has signed in since, or somebody else
      const response = await post(dialog.dataset.alive);
      if (leadsToSignIn(response)) return sayEnded();
      if (!response.ok) return;
      hasEnded = false;
      if (next(response)) return cover();
      if (hadEnded) isLocked = false; // the same person has just signed in
      seen();
    } catch {
      // Without a connection there is nothing to unlock; the next sign tries again.
    }
  }

  function check() {
    const idle = Date.now() - seenAt;
    if (isLocked) return;
    if (idle >= lockAfter) cover();
    else if (idle >= warnAfter && !hasEnded) show(warning);
  }

  /** Ask the server again, once the person comes back from the tab in which they signed in. */
  function comeBack() {
    if (hasEnded && !document.hidden) signOfLife();
    else check();
  }

  function stay() {
    if (!isLocked && Date.now() - seenAt >= SIGN_INTERVAL && !dialog.open) signOfLife();
  }

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (!isLocked) signOfLife();
  });
  for (const button of dialog.querySelectorAll("[data-idle-stay]")) button.addEventListener("click", signOfLife);
  lock.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.hidden = true;
    try {
      const response = await post(lock.action);
      if (!next(response)) throw new Error("refused");
      if (leadsToSignIn(response)) return sayEnded(); // still covered: the password was not checked
      isLocked = false;
      lock.reset();
      tell("unlocked");
      seen();
    } catch {
      wrong.hidden = false;
      lock.elements.password.select();
    }
  });
  tabs?.addEventListener("message", ({ data }) => {
    if (data.user !== dialog.dataset.user) {
      hasEnded = true; // somebody else has signed in at this browser
      lock.reset();
      return cover();
    }
    if (hasEnded) return signOfLife();
    seenAt = Date.now();
    if (data.kind === "unlocked") isLocked = false;
    if (dialog.open && !isLocked) dialog.close();
  });
  for (const kind of ["keydown", "pointerdown", "input"]) addEventListener(kind, stay, { passive: true });
  // A page that slept, or that the Back button brings back, is checked at once.
  for (const kind of ["visibilitychange", "pageshow", "focus"]) addEventListener(kind, comeBack);
  tell("seen");
  setInterval(check, 1000);
})();
