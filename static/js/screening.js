/* A second tap within 600 ms of a new question does nothing: it was meant for the question before. */
"use strict";
const PAUSE_MS = 600;
let isReady = false;
setTimeout(() => {
  isReady = true;
  document.documentElement.dataset.ready = "";
}, PAUSE_MS);
for (const form of document.querySelectorAll("[data-answer]")) {
  form.addEventListener("submit", (event) => {
    const isAgain = "checked" in form.dataset; // sent by js/unsent.js, which has held it back before
    if (isReady || isAgain) isReady = false;
    else event.preventDefault();
  });
}
