/* The plan builder saves itself. Without this file every button works, page by page; with it the form is sent in the
   background after every change and the page is made like the answer (staff-draft-morph.js).

   What is sent waits in a row, one at a time. An answer that never came is asked for again with the very same form: the
   server does the same edit twice only once, so nothing is lost and nothing is done twice. Nothing is kept in the
   browser; leaving with something unsaved is asked about. Nothing here publishes: that is a page of its own. */
"use strict";
const draft = (() => {
  const form = document.querySelector("[data-draft]");
  if (!form) return null;
  const words = form.dataset;
  const CALM = 700; // ms without typing before it is saved
  const PATIENCE = 15000; // ms until an answer counts as lost
  const PAUSES = [1000, 2000, 4000, 8000, 15000]; // ms between two tries
  const jobs = [];
  let typed = new Set(); // names of fields changed since the form was last sent
  let isHeld = document.querySelector("#draft-head [role=alert]") !== null; // until someone has looked, nothing is saved
  let isUnsaved = isHeld;
  let isLeaving = false;
  let isRunning = false;
  let isPressed = false; // the last button with a key, not clicked
  let calm;
  let wake = () => {};
  let whenIdle = [];

  // --- What to save ------------------------------------------------------------------------------------------------

  const isUndo = (button) => button.id === "draft-undo";
  const isOwn = (field) => field.name && !field.closest("[data-not-saved]");

  function changed(name) {
    typed.add(name);
    isUnsaved = true;
    if (!jobs.length) say(words.saving);
    clearTimeout(calm);
    if (!isHeld) calm = setTimeout(save, CALM);
  }

  function save() {
    clearTimeout(calm);
    if (typed.size && !isHeld && !jobs.some((job) => !job.button && !job.body)) push({ action: words.autosave });
  }

  /** Send the form to a button's address. A second press while the first is under way is not a second wish. */
  function act(button, more = {}) {
    if (jobs.some((job) => job.button === button)) return;
    clearTimeout(calm);
    isHeld = false;
    if (isUndo(button)) save();
    push({ action: button.hasAttribute("formaction") ? button.formAction : form.action, button, ...more });
  }

  function push(job) {
    jobs.push(job);
    run();
  }

  // --- Sending -----------------------------------------------------------------------------------------------------

  async function run() {
    if (isRunning) return;
    isRunning = true;
    for (let tries = 0; jobs.length; ) {
      const job = jobs[0];
      if (!job.body) {
        job.body = new FormData(form);
        typed = new Set();
      }
      if (!tries) say(words.saving);
      const page = await send(job);
      if (page) {
        tries = 0;
        jobs.shift();
        take(page, job);
      } else {
        await pause(PAUSES[Math.min(tries++, PAUSES.length - 1)]);
      }
    }
    isRunning = false;
    for (const done of whenIdle.splice(0)) done();
  }

  /** The answer as a page, or null when there was none: the status line then says why. */
  async function send(job) {
    try {
      const response = await ask(job.action, { method: "POST", body: job.body, keepalive: document.hidden });
      if (response.page) return response.page;
      if (response.redirected) say(words.signedOut, words.signIn);
      else if (!(response.status === 403 && (await renewToken(job)))) say(words.failed);
    } catch {
      say(words.offline);
    }
    return null;
  }

  async function ask(address, options) {
    const headers = { "X-Part": "draft" };
    const response = await fetch(address, { ...options, headers, signal: AbortSignal.timeout(PATIENCE) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const { status, redirected } = response;
    return { status, redirected, page: page.getElementById("draft-head") ? page : null };
  }

  /** Somebody who signed in again, in another window, has a new token. */
  async function renewToken(job) {
    const { page } = await ask(form.action, {});
    const token = page?.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (!token) return false;
    form.elements.csrfmiddlewaretoken.value = token;
    job.body.set("csrfmiddlewaretoken", token);
    return true;
  }

  const pause = (ms) => new Promise((resolve) => { wake = resolve; setTimeout(resolve, ms); });

  // --- The answer --------------------------------------------------------------------------------------------------

  function take(page, job) {
    const state = page.getElementById("draft-head").dataset;
    const isMine = (field) => field === document.activeElement || typed.has(field.name) || field.matches("[data-kept]");
    const keeps = job.button?.matches("[data-overwrites]") ? () => false : isMine;
    for (const part of page.querySelectorAll("[data-part]")) {
      const old = document.getElementById(part.id);
      if (old) morph(old, part, keeps);
    }
    isHeld = state.state === "stale" || state.state === "gone";
    isUnsaved = state.state !== "saved" || typed.size > 0;
    if (state.state === "saved" && (isUnsaved || jobs.length)) say(words.saving);
    form.classList.toggle("is-blocked", isHeld);
    if (isHeld) {
      jobs.length = 0;
      document.querySelector("#draft-head [role=alert]")?.focus();
    }
    document.dispatchEvent(new CustomEvent("draft:answer", { detail: { job, state } }));
  }

  /** The quiet line that says whether all is saved; an answer brings its own. */
  function say(text, link) {
    const status = document.getElementById("draft-status");
    if (status.textContent !== text) status.textContent = text;
    if (!link) return;
    const way = Object.assign(document.createElement("a"), { href: words.signInAt, target: "_blank", textContent: link });
    status.append(" ", way);
  }

  // --- Listening ---------------------------------------------------------------------------------------------------

  form.addEventListener("input", (event) => {
    if (isOwn(event.target)) changed(event.target.name);
  });
  // Whoever goes on to another line is done with this one.
  form.addEventListener("focusout", (event) => {
    const line = event.target.closest("details");
    if (line && !line.contains(event.relatedTarget)) save();
  });
  // The second click of a double click lands on whatever has moved there: it means nothing.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    isPressed = event.detail === 0;
    if (button && event.detail > 1 && !isUndo(button)) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    const leads = event.submitter?.matches("[data-leads-on]") ?? false;
    if (leads && (isHeld || (!typed.size && !jobs.length))) isLeaving = true;
    if (isLeaving) return;
    event.preventDefault();
    if (leads) leave(event.submitter);
    else if (event.submitter) act(event.submitter, { byKeyboard: isPressed });
  });
  async function leave(button) {
    save();
    while (jobs.length) await new Promise((done) => whenIdle.push(done));
    isLeaving = true;
    form.requestSubmit(button);
  }
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && (isUnsaved || jobs.length)) event.preventDefault();
  });
  window.addEventListener("pageshow", () => { isLeaving = false; });
  window.addEventListener("online", () => wake());
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  for (const one of document.querySelectorAll(".discard form, form.discard")) {
    one.addEventListener("submit", () => { isLeaving = true; });
  }
  form.classList.add("is-enhanced");
  form.classList.toggle("is-blocked", isHeld);
  return { form, act, changed, save };
})();
