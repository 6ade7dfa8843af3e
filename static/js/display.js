// Display preferences: previews a choice at once, before it is saved. Without this script it takes effect once saved.
(() => {
  const form = document.querySelector("[data-display-form]");
  if (!form) return;
  const page = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const setAttribute = (name, value) => (value ? page.setAttribute(name, value) : page.removeAttribute(name));
  const preview = () => {
    const chosen = new FormData(form);
    const colours = chosen.get("colours");
    const theme = { device: dark.matches ? "dark" : "light", dark: "dark" }[colours] ?? "light";
    setAttribute("data-text", chosen.get("text"));
    setAttribute("data-bs-theme", theme);
    setAttribute("data-contrast", colours === "strong" ? "strong" : "");
    setAttribute("data-movement", chosen.get("motion") === "device" ? "" : chosen.get("motion"));
  };
  form.addEventListener("change", (event) => {
    // Larger text moves the page: scroll so that the control that was touched stays under the finger.
    const before = event.target.getBoundingClientRect().top;
    preview();
    scrollBy({ top: event.target.getBoundingClientRect().top - before, behavior: "instant" });
  });
})();
