// Shows the movement of an exercise in place. Without this script the movement is a link.
(() => {
  document.querySelectorAll(".figure-frame[data-motion]").forEach((frame) => {
    const motion = frame.nextElementSibling?.querySelector("[data-motion-button]");
    if (!motion) return;
    const image = frame.querySelector("img");
    let moving = image.src.endsWith(frame.dataset.moving);
    const button = document.createElement("button");
    button.type = "button";
    button.className = motion.className;
    button.dataset.motionToggle = "";
    const show = () => {
      // A <source> for reduced motion would override the src set here.
      frame.querySelector("source")?.remove();
      image.src = moving ? frame.dataset.moving : frame.dataset.still;
      button.textContent = moving ? frame.dataset.stop : frame.dataset.show;
      frame.classList.toggle("is-still", !moving);
    };
    button.textContent = moving ? frame.dataset.stop : frame.dataset.show;
    button.addEventListener("click", () => {
      moving = !moving;
      show();
    });
    motion.replaceWith(button);
  });
})();
