// Text size and colours: what is chosen is seen at once, before it is saved. Without this script it is seen afterwards.
(() => {
  const form = document.querySelector("[data-display-form]");
  if (!form) return;
  const page = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const say = (name, value) => (value ? page.setAttribute(name, value) : page.removeAttribute(name));
  const show = () => {
    const chosen = new FormData(form);
    const colours = chosen.get("colours");
    const theme = { device: dark.matches ? "dark" : "light", dark: "dark" }[colours] ?? "light";
    say("data-text", chosen.get("text"));
    say("data-bs-theme", theme);
    say("data-contrast", colours === "strong" ? "strong" : "");
    say("data-movement", chosen.get("motion") === "device" ? "" : chosen.get("motion"));
  };
  form.addEventListener("change", (event) => {
    // Letters that grow push the page about: what was touched stays where the finger is.
    const before = event.target.getBoundingClientRect().top;
    show();
    scrollBy({ top: event.target.getBoundingClientRect().top - before, behavior: "instant" });
  });
})();
