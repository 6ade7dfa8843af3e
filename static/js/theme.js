// Theme: follows the device's light or dark setting, unless the server rendered the page with the person's choice.
// Without JavaScript, a page without a choice stays light.
(() => {
  const page = document.documentElement;
  if (page.hasAttribute("data-bs-theme")) return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => page.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  dark.addEventListener("change", apply);
  apply();
})();
