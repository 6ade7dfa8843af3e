/* Autosave of the plan builder. Without this file every button loads a page; with it the form is sent in the background
   after every change, and the page is updated from the response (plan-draft-morph.js).

   Requests are sent one at a time, in order. A request without a response is repeated with the same form: the server
   saves the same edit only once, so no edit is lost and none is made twice. Nothing is stored in the browser; leaving
   with unsaved changes asks for confirmation. Publishing is a page of its own. */
"use strict";
const draft = (() => {
  const form = document.querySelector("[data-draft]");
  if (!form) return null;
  const words = form.dataset;
  const AUTOSAVE_DELAY_MS = 700; // without typing
  const TIMEOUT_MS = 15000; // until a response counts as lost
  const RETRY_DELAYS_MS = [1000, 2000, 4000, 8000, 15000];
  const jobs = [];
  let typed = new Set(); // names of fields changed since the form was last sent
  let isBlocked = document.querySelector("#draft-head [role=alert]") !== null; // no autosave before the alert has been read
  let isUnsaved = isBlocked;
  let isLeaving = false;
  let isRunning = false;
  let isPressed = false; // the last button was pressed with a key, not clicked
  let autosaveTimer;
  let retryNow = () => {};
  let idleCallbacks = [];

  // --- Queue of requests -------------------------------------------------------------------------------------------

  const isUndo = (button) => button.id === "draft-undo";
  const isOwn = (field) => field.name && !field.closest("[data-not-saved]");

  function changed(name) {
    typed.add(name);
    isUnsaved = true;
    if (!jobs.length) setStatus(words.saving);
    clearTimeout(autosaveTimer);
    if (!isBlocked) autosaveTimer = setTimeout(save, AUTOSAVE_DELAY_MS);
  }

  function save() {
    clearTimeout(autosaveTimer);
    if (typed.size && !isBlocked && !jobs.some((job) => !job.button && !job.body)) push({ action: words.autosave });
  }

  /** Send the form to a button's URL. A second press before the response to the first is ignored. */
  function submitAction(button, more = {}) {
    if (jobs.some((job) => job.button === button)) return;
    clearTimeout(autosaveTimer);
    isBlocked = false;
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
      if (!tries) setStatus(words.saving);
      const page = await send(job);
      if (page) {
        tries = 0;
        jobs.shift();
        applyResponse(page, job);
      } else {
        await pause(RETRY_DELAYS_MS[Math.min(tries++, RETRY_DELAYS_MS.length - 1)]);
      }
    }
    isRunning = false;
    for (const done of idleCallbacks.splice(0)) done();
  }

  /** Return the response as a page, or null without one; the status line then shows the reason. */
  async function send(job) {
    try {
      const response = await fetchPart(job.action, { method: "POST", body: job.body, keepalive: document.hidden });
      if (response.page) return response.page;
      if (response.redirected) setStatus(words.signedOut, words.signIn);
      else if (!(response.status === 403 && (await renewToken(job)))) setStatus(words.failed);
    } catch {
      setStatus(words.offline);
    }
    return null;
  }

  async function fetchPart(address, options) {
    const headers = { "X-Part": "draft" };
    const response = await fetch(address, { ...options, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const { status, redirected } = response;
    return { status, redirected, page: page.getElementById("draft-head") ? page : null };
  }

  /** Copy the CSRF token of the page: signing in again in another window has changed it. Return true if there is one. */
  async function renewToken(job) {
    const { page } = await fetchPart(form.action, {});
    const token = page?.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (!token) return false;
    form.elements.csrfmiddlewaretoken.value = token;
    job.body.set("csrfmiddlewaretoken", token);
    return true;
  }

  const pause = (ms) => new Promise((resolve) => { retryNow = resolve; setTimeout(resolve, ms); });

  // --- Response ----------------------------------------------------------------------------------------------------

  function applyResponse(page, job) {
    const state = page.getElementById("draft-head").dataset;
    const isMine = (field) => field === document.activeElement || typed.has(field.name) || field.matches("[data-kept]");
    const keeps = job.button?.matches("[data-overwrites]") ? () => false : isMine;
    for (const part of page.querySelectorAll("[data-part]")) {
      const old = document.getElementById(part.id);
      if (old) morph(old, part, keeps);
    }
    isBlocked = state.state === "stale" || state.state === "gone";
    isUnsaved = state.state !== "saved" || typed.size > 0;
    if (state.state === "saved" && (isUnsaved || jobs.length)) setStatus(words.saving);
    form.classList.toggle("is-blocked", isBlocked);
    if (isBlocked) {
      jobs.length = 0;
      document.querySelector("#draft-head [role=alert]")?.focus();
    }
    document.dispatchEvent(new CustomEvent("draft:answer", { detail: { job, state } }));
  }

  /** Set the status line, which shows if all is saved; a response contains its own. */
  function setStatus(text, link) {
    const status = document.getElementById("draft-status");
    if (status.textContent !== text) status.textContent = text;
    if (!link) return;
    const signInLink = Object.assign(document.createElement("a"), { href: words.signInAt, target: "_blank", textContent: link });
    status.append(" ", signInLink);
  }

  // --- Listening ---------------------------------------------------------------------------------------------------

  form.addEventListener("input", (event) => {
    if (isOwn(event.target)) changed(event.target.name);
  });
  // Leaving a line for another one saves it without waiting.
  form.addEventListener("focusout", (event) => {
    const line = event.target.closest("details");
    if (line && !line.contains(event.relatedTarget)) save();
  });
  // The second click of a double click may hit another button that has moved there, so it is ignored.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    isPressed = event.detail === 0;
    if (button && event.detail > 1 && !isUndo(button)) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    const leads = event.submitter?.matches("[data-leads-on]") ?? false;
    if (leads && (isBlocked || (!typed.size && !jobs.length))) isLeaving = true;
    if (isLeaving) return;
    event.preventDefault();
    if (leads) leave(event.submitter);
    else if (event.submitter) submitAction(event.submitter, { byKeyboard: isPressed });
  });
  async function leave(button) {
    save();
    while (jobs.length) await new Promise((done) => idleCallbacks.push(done));
    isLeaving = true;
    form.requestSubmit(button);
  }
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && (isUnsaved || jobs.length)) event.preventDefault();
  });
  window.addEventListener("pageshow", () => { isLeaving = false; });
  window.addEventListener("online", () => retryNow());
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  for (const one of document.querySelectorAll(".discard form, form.discard")) {
    one.addEventListener("submit", () => { isLeaving = true; });
  }
  form.classList.add("is-enhanced");
  form.classList.toggle("is-blocked", isBlocked);
  return { form, submitAction, changed, save };
})();
