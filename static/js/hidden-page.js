// Hides the page of a shared device once its session has ended. A form that somebody has filled in stays, and can be
// shown again without the rest of the page.
(() => {
  const notice = document.getElementById("hidden-page");
  const again = notice.querySelector("button");
  const endsAt = Date.now() + notice.dataset.after * 1000;
  const hidden = "is-hidden-page";
  // The one that was filled in last, or that the server has sent back with what was typed.
  let form = [...document.querySelectorAll("main textarea")].find((field) => field.value)?.form ?? null;

  const hideAllBut = (shown) => {
    for (const element of shown.parentElement.children)
      if (element !== shown && element.tagName !== "SCRIPT") element.classList.add(hidden);
  };

  function hide() {
    if (Date.now() < endsAt || !notice.hidden) return;
    clearInterval(timer);
    notice.hidden = false;
    notice.classList.remove(hidden);
    again.hidden = !form;
    hideAllBut(notice);
    notice.querySelector("[role=heading]").focus();
  }

  function showForm() {
    notice.hidden = true;
    for (let part = form; part !== document.body; part = part.parentElement) {
      part.classList.remove(hidden);
      hideAllBut(part);
    }
  }

  addEventListener("input", ({ target }) => { form = target.form ?? form; }, { passive: true });
  again.addEventListener("click", showForm);
  // A page that slept, or that the Back button brings back, is checked at once.
  for (const kind of ["visibilitychange", "pageshow", "focus"]) addEventListener(kind, hide);
  const timer = setInterval(hide, 1000);
})();
