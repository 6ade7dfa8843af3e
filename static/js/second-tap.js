// A second tap within 600 ms of a change of screen does nothing: a shaking hand, or a finger without feeling, taps twice.
// It is counted from the event itself, since a busy page handles the second tap late. Loaded before the page is shown.
(() => {
  const QUIET_MS = 600;
  const KEYS = [" ", "Enter", "PageDown", "PageUp", "ArrowRight", "ArrowLeft"];
  const page = document.documentElement;
  let quietUntil = 0;
  let timer;
  // Call it with the time of the event that changes the screen. The attribute is the same fact for CSS.
  const settle = (from = performance.now()) => {
    quietUntil = Math.max(quietUntil, from + QUIET_MS);
    page.dataset.settling = "";
    clearTimeout(timer);
    timer = setTimeout(() => delete page.dataset.settling, quietUntil - performance.now());
  };
  const isKey = (event) => KEYS.includes(event.key) && !event.target.closest?.("input, select, textarea");
  const ignore = (event) => {
    if (!event.isTrusted || (event.type === "keydown" && !isKey(event))) return;
    // A key that is held down presses a button again and again.
    const isHeld = event.repeat && event.target.closest?.("button, a");
    if (event.timeStamp >= quietUntil && !isHeld) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  for (const type of ["click", "keydown"]) addEventListener(type, ignore, true);
  addEventListener("pageshow", (event) => event.persisted && settle());
  addEventListener("leave-screen", () => settle()); // of pages with several screens
  settle();
  self.surefootSettle = settle;
})();
