// Adds a button that copies the value of a field, or the text of another element. Without this script the text can be
// selected and copied by hand.
(() => {
  for (const place of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-primary btn-next";
    button.textContent = place.dataset.copyLabel;
    button.addEventListener("click", async () => {
      const field = document.getElementById(place.dataset.copy);
      try {
        await navigator.clipboard.writeText(field.value ?? field.textContent);
        button.textContent = place.dataset.copied;
      } catch {
        field.select ? field.select() : getSelection().selectAllChildren(field);
      }
    });
    place.append(button);
  }
})();
