// Reads a page aloud in its own language: a button to read, then one to pause and one to stop.
// Without a voice for the language, or without this script, there is no button.
(() => {
  const place = document.querySelector("[data-read-aloud]");
  if (!place || !("speechSynthesis" in window) || !("SpeechSynthesisUtterance" in window)) return;
  const voice = window.speechSynthesis;
  const words = place.dataset;

  // Controls and hidden text are not read: a listener hears the same text as a reader sees, and the heading of the page.
  const SKIPPED = "button, .btn, .choice, input, select, textarea, svg, script, nav, progress, .visually-hidden:not(h1), .unchanged, [data-read-aloud], [data-unspoken]";
  const language = (element) => (element.closest("[lang]")?.lang || "en").toLowerCase();
  // Safari before 17.4 has no `checkVisibility`.
  const isVisible = (element) => element.checkVisibility
    ? element.checkVisibility({ visibilityProperty: true })
    : element.getClientRects().length > 0 && getComputedStyle(element).visibility === "visible"
      && !element.closest("details:not([open]) > :not(summary)");
  const isBlock = (element) => !getComputedStyle(element).display.startsWith("inline");

  // The text in the order of the page, one piece for each paragraph, heading, row or cell.
  const pieces = () => {
    const marked = [...document.querySelectorAll("[data-spoken]")];
    const found = new Map();
    for (const root of marked.length ? marked : [document.querySelector("main")]) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        let block = node.parentElement;
        if (!node.data.trim() || block.closest(SKIPPED) || !isVisible(block)) continue;
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

  // Many phones lose a paused utterance, so the position is stored here, and resuming repeats the current piece.
  let queue = [];
  let at = 0;
  let reading = false;
  let paused = false;
  let run = 0; // A cancelled utterance may report its end later: events of an earlier run are ignored.
  const label = () => {
    read.textContent = reading ? words.pause : paused ? words.goOn : words.read;
    stop.hidden = !reading && !paused;
  };
  const halt = (isPause) => {
    reading = false;
    paused = isPause;
    run += 1;
    voice.cancel();
    label();
  };
  const speakNext = () => {
    if (at >= queue.length) {
      halt(false);
      return;
    }
    const ownRun = run;
    const spoken = new SpeechSynthesisUtterance(queue[at].text);
    spoken.lang = queue[at].lang;
    spoken.rate = 0.9;
    spoken.onend = () => {
      if (run !== ownRun) return;
      at += 1;
      speakNext();
    };
    spoken.onerror = () => {
      if (run === ownRun) halt(false);
    };
    voice.speak(spoken);
  };
  read.addEventListener("click", () => {
    if (reading) {
      halt(true);
      return;
    }
    if (!paused) {
      queue = pieces();
      at = 0;
    }
    reading = true;
    voice.cancel();
    label();
    speakNext();
  });
  stop.addEventListener("click", () => {
    halt(false);
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
