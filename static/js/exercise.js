// An exercise page: show the movement, and read the steps aloud. Without this script the movement is a link.
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
      // A <source> for reduced motion would win over the address set here.
      frame.querySelector("source")?.remove();
      image.src = moving ? frame.dataset.moving : frame.dataset.still;
      button.textContent = moving ? frame.dataset.stop : frame.dataset.show;
    };
    button.textContent = moving ? frame.dataset.stop : frame.dataset.show;
    button.addEventListener("click", () => {
      moving = !moving;
      show();
    });
    motion.replaceWith(button);
  });

  const head = document.querySelector("[data-read-aloud]");
  if (head && "speechSynthesis" in window && "SpeechSynthesisUtterance" in window) {
    const voice = window.speechSynthesis;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-primary no-print";
    let reading = false;
    const rest = () => {
      reading = false;
      button.textContent = head.dataset.read;
    };
    rest();
    button.addEventListener("click", () => {
      voice.cancel();
      if (reading) {
        rest();
        return;
      }
      const texts = [...document.querySelectorAll("[data-spoken]")].map((element) => element.innerText);
      texts.forEach((text, index) => {
        const words = new SpeechSynthesisUtterance(text.replace(/\s+/g, " "));
        words.lang = document.documentElement.lang;
        words.rate = 0.9;
        if (index === texts.length - 1) words.onend = rest;
        words.onerror = rest;
        voice.speak(words);
      });
      reading = true;
      button.textContent = head.dataset.stop;
    });
    addEventListener("pagehide", () => voice.cancel());
    // Some browsers have the functions but no voice at all; voices may arrive late.
    const offer = () => {
      if (voice.getVoices().length && !button.isConnected) head.append(button);
    };
    offer();
    voice.addEventListener?.("voiceschanged", offer);
  }
})();
