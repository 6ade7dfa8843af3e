// Counts sets, repetitions, holds and rests of an exercise, readable from two meters away. The panel with the count is one
// button. The dose is in data-… attributes. It works on every [data-step] of the page, also hidden ones. Without this script the dose is a sentence
// and "Done" is a button. The end of the count has no effect on the answers.
(() => {
  const LEAD_IN_SECONDS = 3;
  const SECOND_TAP_MS = 600;
  const number = (text) => Number(text) || 0;
  const title = (kind) => kind[0].toUpperCase() + kind.slice(1);

  // Returns the dose as a list of {kind, side, set, rep, seconds}, in order. See tests/functional/test_session_player.py.
  const listPhases = (dose) => {
    const sets = number(dose.sets) || 1;
    const sides = dose.eachSide ? dose.sides.split(" ") : [dose.side || ""];
    const phases = [{ kind: "ready", side: sides[0], set: 1, rep: 0, seconds: LEAD_IN_SECONDS }];
    for (let set = 1; set <= sets; set += 1) {
      for (const side of sides) {
        if (phases.length > 1) phases.push({ kind: "rest", side, set, rep: 0, seconds: number(dose.rest) });
        const add = (kind, rep, seconds) => phases.push({ kind, side, set, rep, seconds });
        if (number(dose.minutes)) {
          add("go", 0, number(dose.minutes) * 60);
          continue;
        }
        for (let rep = 1; rep <= (number(dose.reps) || 1); rep += 1) {
          add("move", rep, number(dose.repetition));
          if (number(dose.hold)) add("hold", rep, number(dose.hold));
        }
      }
    }
    return phases;
  };

  const loadSound = (value) => {
    try {
      if (value) localStorage.setItem("session-sound", value);
      return localStorage.getItem("session-sound") || "off";
    } catch {
      return value || "off"; // no storage
    }
  };
  let sound = loadSound();
  let audio;
  const chime = (pitches) => {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!Context) return;
    audio ??= new Context();
    audio.resume();
    pitches.forEach((pitch, index) => {
      const at = audio.currentTime + index * 0.18;
      const tone = audio.createOscillator();
      const gain = audio.createGain();
      tone.frequency.value = pitch;
      gain.gain.setValueAtTime(0.25, at);
      gain.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
      tone.connect(gain).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.32);
    });
  };
  const PITCHES = { ready: [440], move: [523], hold: [659], rest: [440, 330], go: [523, 659], done: [523, 659, 784] };
  const playCue = (kind, words) => {
    if (sound === "chime") chime(PITCHES[kind]);
    if (sound !== "voice" || !("speechSynthesis" in window)) return;
    window.speechSynthesis.cancel();
    const spoken = new SpeechSynthesisUtterance(words);
    spoken.lang = document.documentElement.lang;
    window.speechSynthesis.speak(spoken);
  };

  let lock;
  let playing; // the active player, if any
  const keepAwake = async () => {
    try {
      if (playing && document.visibilityState === "visible") lock = await navigator.wakeLock?.request("screen");
    } catch {
      // refused, for example with a low battery: the screen turns off, the count continues
    }
  };
  document.addEventListener("visibilitychange", keepAwake);

  const createPlayer = (step) => {
    const player = step.querySelector("[data-player]");
    const find = (name) => step.querySelector(`[data-${name}]`);
    const [panel, done, back, undo] = ["panel", "done", "back", "undo"].map(find);
    const getLabel = (name, values = {}) =>
      (player.dataset[`say${name}`] || "").replace(/%\((\w+)\)s/g, (_match, key) => values[key]);
    const phases = listPhases(player.dataset);
    const last = phases.at(-1);
    const isSameSet = (phase, other) => phase.set === other.set && phase.side === other.side;
    const findSetStart = (phase) => phases.findIndex((each) => each.kind !== "rest" && isSameSet(each, phase));
    const dose = find("what").textContent.replace(/\s+/g, " ").trim();
    let at = -1; // index of the phase; -1 before the start, phases.length after the end
    let endsAt = 0;
    let left = 0; // remaining milliseconds of a paused phase
    let timer;
    let lastAnnounced = "";
    let turnedAt = -Infinity; // when the panel last changed its meaning by itself

    const setText = (name, text) => {
      const element = player.querySelector(`[data-${name}]`);
      if (element.textContent !== text) element.textContent = text;
    };
    const words = (phase) => {
      const where = [];
      const counts = { number: phase.set, total: last.set };
      if (last.set > 1) where.push(getLabel(player.dataset.saysSets ? "Set" : "Times", counts));
      if (phase.side) where.push(getLabel(phase.side === "left" ? "Left" : "Right"));
      return where.join(" · ");
    };
    const isCounted = (phase) => phase.kind === "move" && last.rep > 1;
    const getState = (phase) => {
      if (at < 0) return "go";
      if (!phase) return "end";
      if (!timer) return "paused";
      return phase.kind === "rest" ? "rest" : "work";
    };
    // The word on the panel says what a tap does.
    const WORDS = { go: "Start", end: "Next", paused: "Resume", rest: "Start", work: "Pause" };
    const getSecondsLeft = () => Math.max(0, (timer ? endsAt - Date.now() : left) / 1000);
    // The number, and what it counts. Longer times are minutes, since two digits can be read from two meters.
    const read = (phase) => {
      if (!phase) return at < 0 ? ["", dose] : ["✓", getLabel("Done")];
      if (isCounted(phase)) return [`${phase.rep}`, getLabel("Of", { total: last.rep })];
      const seconds = Math.ceil(getSecondsLeft());
      if (seconds > 99) return [`${Math.ceil(seconds / 60)}`, getLabel("Minutes")];
      const kinds = { rest: "Resting", go: "Seconds" };
      return [`${seconds}`, getLabel(kinds[phase.kind] || title(phase.kind))];
    };
    // How much of the set, or of the rest, is over.
    const measure = (phase) => {
      if (!phase) return at < 0 ? 0 : 1;
      const isPart = (each) => isSameSet(each, phase) && (each.kind === "rest") === (phase.kind === "rest") && each.kind !== "ready";
      if (phase.kind === "ready") return 0;
      const sum = (list) => list.reduce((total, each) => total + each.seconds, 0);
      const over = sum(phases.slice(0, at).filter(isPart)) + phase.seconds - getSecondsLeft();
      return over / sum(phases.filter(isPart));
    };
    // A dot for each set: full, half, or empty. More than six would not be counted at a glance.
    const drawDots = (phase) => {
      const filled = (set) => (!phase || set < phase.set ? "full" : set === phase.set && phase.kind !== "rest" ? "half" : "");
      const dots = at < 0 || last.set < 2 || last.set > 6 ? [] : Array.from({ length: last.set }, (_one, index) => filled(index + 1));
      const place = find("dots");
      if (place.dataset.drawn === dots.join()) return;
      place.dataset.drawn = dots.join();
      place.replaceChildren(...dots.map((name) => Object.assign(document.createElement("span"), { className: name })));
    };
    const show = () => {
      const phase = phases[at];
      const state = getState(phase);
      const [count, what] = read(phase);
      const place = phase ? words(phase) : "";
      const time = phase?.kind === "hold" && last.rep > 1 ? getLabel("Times", { number: phase.rep, total: last.rep }) : "";
      const word = player.dataset[`do${WORDS[state]}`];
      setText("count", count);
      const paused = phase && isCounted(phase) ? `${what} · ${getLabel("Paused")}` : getLabel("Paused");
      setText("what", state === "paused" ? paused : what);
      setText("where", phase?.kind === "rest" ? getLabel("Next", { what: place }) : [time, place].filter(Boolean).join(" · "));
      setText("do-word", word);
      find("meter").value = measure(phase);
      panel.dataset.state = state;
      // A name with the count in it would be read out at each second.
      if (panel.getAttribute("aria-label") !== word) panel.setAttribute("aria-label", word);
    };
    const announcePhase = () => {
      const phase = phases[at];
      const kind = phase ? phase.kind : "done";
      const name = title(kind);
      playCue(kind, phase && isCounted(phase) ? `${phase.rep}` : [getLabel(name), phase?.rep ? "" : phase && words(phase)].filter(Boolean).join(". "));
      // Screen readers announce each side, set and rest, not each second.
      const news = phase ? `${["rest", "ready"].includes(kind) ? getLabel(name) : ""} ${words(phase)}`.trim() : getLabel("Done");
      if (news !== lastAnnounced) setText("spoken-now", (lastAnnounced = news));
    };
    const draw = () => {
      show();
      drawDots(phases[at]);
      if (undo) undo.hidden = at >= 0; // stays until the next start
      document.body.classList.toggle("is-playing", Boolean(timer));
    };
    const stopTimer = () => {
      left = Math.max(0, endsAt - Date.now());
      clearInterval(timer);
      timer = undefined;
      if (playing === api) playing = undefined;
      lock?.release();
      lock = undefined;
    };
    const tick = () => {
      const before = at;
      // Several phases can pass while the page is suspended.
      while (at < phases.length && Date.now() >= endsAt) {
        at += 1;
        if (at < phases.length) endsAt += phases[at].seconds * 1000;
      }
      if (at >= phases.length) stopTimer();
      if (at === before) return show();
      if (getState(phases[at]) !== panel.dataset.state) turnedAt = performance.now();
      announcePhase();
      return draw();
    };
    const run = () => {
      if (playing && playing !== api) playing.stopTimer();
      playing = api;
      clearInterval(timer);
      timer = setInterval(tick, 100);
      keepAwake();
    };
    const goTo = (index) => {
      at = index;
      endsAt = Date.now() + phases[at].seconds * 1000;
      run();
      announcePhase();
      draw();
    };
    const begin = () => {
      goTo(0);
      scrollTo({ top: 0, behavior: "instant" });
    };
    const api = {
      step,
      panel,
      stopTimer,
      leave() {
        if (at < 0) return;
        stopTimer();
        at = -1;
        draw();
        window.speechSynthesis?.cancel();
      },
      next() {
        if (at < 0) return begin();
        const phase = phases[at];
        const isLast = !phase || (isSameSet(phase, last) && phase.kind !== "rest");
        // "Get ready" is never the last phase: two presses in a row must not complete an exercise.
        if (isLast && phase?.kind !== "ready") return done.click();
        return goTo(phase.kind === "rest" || phase.kind === "ready" ? at + 1 : phases.findIndex((each, index) => index > at && !isSameSet(each, phase)));
      },
      back() {
        if (at < 0) return back.click();
        const phase = phases[Math.min(at, phases.length - 1)];
        const first = findSetStart(phase);
        if (at > first || at >= phases.length) return goTo(first);
        if (first > 1) return goTo(findSetStart(phases[first - 2]));
        stopTimer();
        at = -1;
        return draw();
      },
      pause() {
        if (timer) stopTimer();
        else {
          endsAt = Date.now() + left;
          run();
        }
        setText("spoken-now", (lastAnnounced = timer ? words(phases[at]) : getLabel("Paused")));
        draw();
      },
      // What the word on the panel says.
      tap() {
        const state = getState(phases[at]);
        if (state === "go") begin();
        else if (state === "end") done.click();
        else if (state === "rest") goTo(at + 1);
        else api.pause();
      },
    };
    panel.hidden = false;
    panel.addEventListener("click", (event) => {
      // The panel changed under the finger: the tap was meant for what it said before.
      if (event.timeStamp - turnedAt < SECOND_TAP_MS) return;
      self.surefootSettle?.(event.timeStamp);
      api.tap();
    });
    back.addEventListener("click", (event) => {
      if (at < 0) return; // leads to the screen before
      event.preventDefault();
      event.stopPropagation();
      self.surefootSettle?.(event.timeStamp);
      api.back();
    });
    // Pauses the count, and shows the steps below. A change of the address would be a step back on the offline page.
    find("more").addEventListener("click", (event) => {
      event.preventDefault();
      if (timer) api.pause();
      const more = document.getElementById(event.currentTarget.hash.slice(1));
      more.focus({ preventScroll: true });
      more.scrollIntoView();
    });
    draw();
    return api;
  };

  const players = [...document.querySelectorAll("[data-step]")].map(createPlayer);
  const seen = () => playing || players.find((player) => player.step.offsetParent !== null && !player.panel.hidden);

  document.querySelectorAll("[data-sound]").forEach((choices) => {
    choices.hidden = false;
    choices.querySelectorAll("input").forEach((input) => {
      input.checked = input.value === sound;
      input.addEventListener("change", () => {
        sound = loadSound(input.value);
        playCue("hold", input.parentElement.textContent.trim());
      });
    });
  });

  // Space bar, arrows, and the keys that Bluetooth page-turners send.
  const NEXT = [" ", "Enter", "ArrowRight", "PageDown"];
  const BACK = ["ArrowLeft", "PageUp"];
  const FIELDS = "input, select, textarea";
  // Selector of elements that handle Space or Enter themselves. A link ignores Space, and the page would scroll.
  const keyHandlers = (key) => `${FIELDS}, button, summary, [contenteditable]${key === "Enter" ? ", a" : ""}`;
  // On a question, a page-turner moves the focus over the answers, without the other ones of an answered question.
  // Space or Enter chooses the focused answer; if none has the focus, they focus the first one and choose nothing.
  const moveFocus = (event, isNext, presses) => {
    const here = document.activeElement;
    if (presses && here.matches(`${keyHandlers(event.key)}, a`)) return;
    const isChoice = here.matches("[type=radio], [type=checkbox]");
    if (here.matches(FIELDS) && !(isChoice && event.key.startsWith("Page"))) return;
    const isAnswered = (each) => each.type === "radio" && document.querySelector(`[type=radio][name="${each.name}"]:checked`);
    const targets = "[data-answer] [type=radio], [data-answer] [type=checkbox], [data-answer] button, main .btn";
    const answers = [...document.querySelectorAll(targets)].filter(
      (each) => each === here || (each.offsetParent && (!isAnswered(each) || each.checked)),
    );
    const at = answers.indexOf(here);
    const next = answers[at < 0 ? 0 : at + (isNext ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const isNext = NEXT.includes(event.key);
    if (!isNext && !BACK.includes(event.key)) return;
    const presses = event.key === " " || event.key === "Enter";
    const player = seen();
    if (player) {
      // Buttons handle Space and Enter themselves; fields handle all keys.
      if (event.target.closest(presses ? keyHandlers(event.key) : FIELDS)) return;
      event.preventDefault();
      if (event.repeat) return; // a key held down counts once and does not scroll the page
      self.surefootSettle?.(event.timeStamp);
      if (isNext) player.next();
      else player.back();
    } else if (!event.repeat) moveFocus(event, isNext, presses);
  });
  // "leave-screen" is an event of pages with several screens.
  for (const event of ["pagehide", "leave-screen"]) addEventListener(event, () => players.forEach((each) => each.leave()));
  window.sessionPhases = listPhases;
})();
