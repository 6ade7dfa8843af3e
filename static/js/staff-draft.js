/* The plan builder, a little smoother. Everything works without this file.
   It keeps the place on the page over a save, remembers which exercises were open, and warns before leaving with
   something typed and not saved. */
"use strict";
(() => {
  const form = document.querySelector("[data-draft]");
  if (!form) return;
  const KEY = `draft ${form.action}`;
  const pane = document.getElementById("library");
  const details = () => Array.from(form.querySelectorAll("details"));
  let isTyped = document.querySelector("[role=alert]") !== null;

  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (kept && !document.querySelector("[role=alert]")) {
    const { top, library, open } = JSON.parse(kept);
    if (pane) pane.scrollTop = library;
    for (const one of details()) {
      const item = one.closest("[id]");
      if (item && open.includes(item.id)) one.open = true;
    }
    if (!location.hash || location.hash === "#library") window.scrollTo({ top, behavior: "instant" });
  }

  form.addEventListener("input", (event) => {
    if (event.target.closest(".library-filters") === null) isTyped = true;
  });
  form.addEventListener("submit", () => {
    isTyped = false;
    const open = details().filter((one) => one.open).map((one) => one.closest("[id]")?.id);
    sessionStorage.setItem(KEY, JSON.stringify({ top: window.scrollY, library: pane?.scrollTop, open }));
  });
  window.addEventListener("beforeunload", (event) => {
    if (isTyped) event.preventDefault();
  });
})();
