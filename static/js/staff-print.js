/* Show the print button of the sign-in card, which is hidden without JavaScript. */
"use strict";
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
