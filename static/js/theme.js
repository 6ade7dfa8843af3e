// Follow the device's light or dark setting, unless the person chose colours: then the page came with them.
// Without JavaScript a page that nobody chose colours for stays light.
(() => {
  const page = document.documentElement;
  if (page.hasAttribute("data-bs-theme")) return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => page.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  dark.addEventListener("change", apply);
  apply();
})();
