// Reads a page aloud in its own language: one button to read, then one to pause and one to stop.
// Where there is no voice for the language, or no script, there is no button.
(() => {
  const place = document.querySelector("[data-read-aloud]");
  if (!place || !("speechSynthesis" in window) || !("SpeechSynthesisUtterance" in window)) return;
  const voice = window.speechSynthesis;
  const words = place.dataset;

  // What is pressed is not read, nor what is hidden: one hears what one would read.
  const SKIPPED = "button, .btn, .choice, input, select, textarea, svg, script, nav, progress, .visually-hidden, .unchanged, [data-read-aloud], [data-unspoken]";
  const language = (element) => (element.closest("[lang]")?.lang || "en").toLowerCase();
  const isBlock = (element) => !getComputedStyle(element).display.startsWith("inline");

  // The text in the order of the page, one piece for each paragraph, heading, row or cell.
  const pieces = () => {
    const marked = [...document.querySelectorAll("[data-spoken]")];
    const found = new Map();
    for (const root of marked.length ? marked : [document.querySelector("main")]) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        let block = node.parentElement;
        if (!node.data.trim() || block.closest(SKIPPED) || !block.checkVisibility?.({ visibilityProperty: true })) continue;
        while (block !== root && !isBlock(block)) block = block.parentElement;
        found.set(block, `${found.get(block) ?? ""} ${node.data}`);
      }
    }
    return [...found].map(([block, text]) => ({ text: text.replace(/\s+/g, " ").trim(), lang: language(block) }));
  };

  const button = (style) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = style;
    return made;
  };
  const read = button("btn btn-outline-primary");
  const stop = button("btn btn-outline-primary");
  stop.textContent = words.stop;

  // The voice forgets a pause on many phones, so the place is kept here: going on begins the piece again.
  let queue = [];
  let at = 0;
  let reading = false;
  let paused = false;
  let round = 0; // A voice that was cut off may say so later: by then it is none of ours.
  const label = () => {
    read.textContent = reading ? words.pause : paused ? words.goOn : words.read;
    stop.hidden = !reading && !paused;
  };
  const rest = (isPause) => {
    reading = false;
    paused = isPause;
    round += 1;
    voice.cancel();
    label();
  };
  const say = () => {
    if (at >= queue.length) {
      rest(false);
      return;
    }
    const mine = round;
    const spoken = new SpeechSynthesisUtterance(queue[at].text);
    spoken.lang = queue[at].lang;
    spoken.rate = 0.9;
    spoken.onend = () => {
      if (round !== mine) return;
      at += 1;
      say();
    };
    spoken.onerror = () => {
      if (round === mine) rest(false);
    };
    voice.speak(spoken);
  };
  read.addEventListener("click", () => {
    if (reading) {
      rest(true);
      return;
    }
    if (!paused) {
      queue = pieces();
      at = 0;
    }
    reading = true;
    voice.cancel();
    label();
    say();
  });
  stop.addEventListener("click", () => {
    rest(false);
    read.focus();
  });
  addEventListener("pagehide", () => voice.cancel());

  // Some browsers have the functions but no voice at all; voices may arrive late.
  const offer = () => {
    const here = language(document.documentElement).slice(0, 2);
    if (read.isConnected || !voice.getVoices().some((one) => !one.lang || one.lang.toLowerCase().startsWith(here))) return;
    label();
    place.append(read, stop);
  };
  offer();
  voice.addEventListener?.("voiceschanged", offer);
})();
