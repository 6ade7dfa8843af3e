// If the scripts of the offline page cannot run on this phone, it becomes a page to read: the plan, the stop rules and
// the clinic's number. It says that this phone cannot record what is done.
self.surefootStart = (() => {
  const LONGEST_START_MS = 15_000;
  const IS_READ = /^(home$|step:)/;
  let hasStarted = false;

  const setOnlyToRead = (isOnlyToRead) => {
    document.body.classList.toggle("only-to-read", isOnlyToRead);
    document.querySelector("[data-cannot-record]").hidden = !isOnlyToRead;
  };
  const showOnlyToRead = () => {
    if (document.readyState === "loading") return addEventListener("DOMContentLoaded", showOnlyToRead, { once: true });
    for (const one of document.querySelectorAll("[data-screen]")) one.hidden = !IS_READ.test(one.dataset.screen);
    document.body.classList.remove("session-active");
    setOnlyToRead(true);
    return scrollTo({ top: 0, behavior: "instant" });
  };
  // An error of a script, or a script that did not load. Pictures that did not load are no reason.
  const react = ({ type, target }) => {
    if (!hasStarted && (type !== "error" || target === self || target.tagName === "SCRIPT")) showOnlyToRead();
  };
  addEventListener("error", react, true);
  addEventListener("unhandledrejection", react);
  setTimeout(() => hasStarted || showOnlyToRead(), LONGEST_START_MS);

  const done = () => {
    hasStarted = true;
    setOnlyToRead(false);
  };
  // Calls a listener that may return a promise.
  const guard = (listener) => (event) => Promise.resolve(listener(event)).catch(showOnlyToRead);
  return { done, guard, showOnlyToRead };
})();
