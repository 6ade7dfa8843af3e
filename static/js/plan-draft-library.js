/* The library in the plan builder: search while typing, add with one press, keyboard shortcuts. The server searches,
   so the results and their order are the same as without this file. */
"use strict";
(() => {
  if (draft === null) return;
  const SEARCH_DELAY_MS = 120; // without typing
  const pane = document.getElementById("library");
  const search = document.getElementById("library-q");
  const filters = document.getElementById("library-filters");
  const slash = document.getElementById("keys-slash");
  const SHORTCUT_SETTING = "builder: / goes to the search"; // a key of localStorage; not personal data
  let searchTimer;
  let abortController = null;
  let lastSearch = Promise.resolve();

  // --- Search ------------------------------------------------------------------------------------------------------

  function address() {
    const asked = new URLSearchParams();
    for (const field of filters.querySelectorAll("input, select")) {
      if (field.value && (field.type !== "checkbox" || field.checked)) asked.append(field.name, field.value.trim());
    }
    return `${pane.dataset.address}${asked.size ? `?${asked}` : ""}`;
  }

  async function find() {
    clearTimeout(searchTimer);
    searchTimer = null;
    abortController?.abort();
    abortController = new AbortController();
    const wanted = address();
    try {
      const answer = await fetch(wanted, { headers: { "X-Part": "library" }, signal: abortController.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("library-found");
      if (!fresh) return;
      document.getElementById("library-found").replaceWith(fresh);
      history.replaceState(null, "", wanted);
      updateRows();
    } catch (error) {
      if (error.name !== "AbortError") document.getElementById("library-count").textContent = pane.dataset.offline;
    }
  }

  function scheduleSearch(wait) {
    clearTimeout(searchTimer);
    searchTimer = setTimeout(() => { lastSearch = find(); }, wait);
  }
  filters.addEventListener("input", (event) => scheduleSearch(event.target === search ? SEARCH_DELAY_MS : 0));

  /** Resolve once the results of the last typed search are shown. */
  async function searchFinished() {
    if (searchTimer) lastSearch = find();
    await lastSearch;
  }

  // --- In the plan or not ------------------------------------------------------------------------------------------

  /** Show the button that adds the exercise in each row, or the link to it if it is in the plan. */
  function updateRows() {
    const keys = [...draft.form.querySelectorAll("input[name=exercise]")].map((field) => field.value);
    for (const row of pane.querySelectorAll("[data-exercise]")) {
      const key = keys.find((one) => one.startsWith(row.dataset.exercise));
      const [add, link] = [row.querySelector("[data-add]"), row.querySelector("[data-in-plan]")];
      const hadFocus = document.activeElement === add || document.activeElement === link;
      add.hidden = key !== undefined;
      link.hidden = key === undefined;
      if (key) link.hash = `x-${key}`;
      if (hadFocus) (key ? link : add).focus();
    }
  }

  const actions = () => [...pane.querySelectorAll("[data-exercise]")].map((row) => row.querySelector("[data-add]:not([hidden]), [data-in-plan]:not([hidden])"));

  function backToSearch() {
    search.focus();
    search.select();
  }

  document.addEventListener("draft:answer", ({ detail: { job, state } }) => {
    updateRows();
    const id = job.button?.closest("[data-exercise]")?.dataset.exercise;
    if (!id || state.state !== "saved") return;
    if (job.button.matches("[data-star]")) {
      const star = pane.querySelector(`[data-exercise="${CSS.escape(id)}"] [data-star]`);
      star?.setAttribute("aria-pressed", star.getAttribute("aria-pressed") === "true" ? "false" : "true");
    } else if (job.opens) draft.open(id);
    else if (job.byKeyboard) backToSearch();
  });

  // --- Keyboard ----------------------------------------------------------------------------------------------------

  search.addEventListener("keydown", async (event) => {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      actions()[0]?.focus();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const opens = event.ctrlKey || event.metaKey;
      await searchFinished();
      const first = search.value.trim() ? actions()[0] : null;
      if (first?.matches("[data-add]")) draft.submitAction(first, { byKeyboard: true, opens });
      else if (first) opens ? draft.open(first.hash.slice(3)) : search.select();
    }
  });

  pane.addEventListener("keydown", (event) => {
    const all = actions();
    const place = all.indexOf(event.target);
    if (place < 0) return;
    const next = { ArrowDown: place + 1, ArrowUp: place - 1 }[event.key];
    if (event.key === "Escape" || next === -1) backToSearch();
    else if (next !== undefined) all[next]?.focus();
    else return;
    event.preventDefault();
  });

  // A shortcut of one key works only outside of text fields, and can be turned off (WCAG 2.1.4).
  slash.checked = localStorage.getItem(SHORTCUT_SETTING) !== "off";
  slash.addEventListener("change", () => localStorage.setItem(SHORTCUT_SETTING, slash.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || !slash.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) return;
    event.preventDefault();
    backToSearch();
  });
  draft.backToSearch = backToSearch;
})();
