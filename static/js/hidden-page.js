// Hides the page of a shared device once its session has ended. What somebody has filled in stays in the page.
(() => {
  const notice = document.getElementById("hidden-page");
  const others = () => [...document.body.children].filter((element) => element !== notice && element.tagName !== "SCRIPT");
  const endsAt = Date.now() + notice.dataset.after * 1000;
  let isFilledIn = false;

  function hide() {
    if (Date.now() < endsAt || !notice.hidden) return;
    for (const element of others()) element.classList.add("is-hidden-page");
    notice.hidden = false;
    notice.querySelector("button").parentElement.hidden = !isFilledIn;
    notice.querySelector("[role=heading]").focus();
  }

  addEventListener("input", () => { isFilledIn = true; }, { passive: true });
  notice.querySelector("button").addEventListener("click", () => {
    for (const element of others()) element.classList.remove("is-hidden-page");
    notice.hidden = true;
    clearInterval(timer);
  });
  // A page that slept, or that the Back button brings back, is checked at once.
  for (const kind of ["visibilitychange", "pageshow", "focus"]) addEventListener(kind, hide);
  const timer = setInterval(hide, 1000);
})();
