// Counts sets, repetitions, holds and rests of an exercise, readable from two metres away. The dose is in data-…
// attributes. It works on every [data-step] of the page, also hidden ones. Without this script the dose is a sentence
// and "Done" is a button. The end of the count has no effect on the answers.
(() => {
  const LEAD_IN_SECONDS = 3;
  const number = (text) => Number(text) || 0;
  const title = (kind) => kind[0].toUpperCase() + kind.slice(1);

  // Returns the dose as a list of {kind, side, set, rep, seconds}, in order. See tests/functional/test_session_player.py.
  const listPhases = (dose) => {
    const sets = number(dose.sets) || 1;
    const sides = dose.eachSide ? ["left", "right"] : [dose.side || ""];
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

  const prefersReducedMotion = () => {
    const chosen = document.documentElement.dataset.motion;
    return chosen ? chosen === "calm" : matchMedia("(prefers-reduced-motion: reduce)").matches;
  };

  const createPlayer = (step) => {
    const player = step.querySelector("[data-player]");
    const find = (name) => step.querySelector(`[data-${name}]`);
    const [start, done, pause, back] = ["start", "done", "pause", "back"].map(find);
    const getLabel = (name, values = {}) =>
      (player.dataset[`say${name}`] || "").replace(/%\((\w+)\)s/g, (_match, key) => values[key]);
    const phases = listPhases(player.dataset);
    const last = phases.at(-1);
    const isSameSet = (phase, other) => phase.set === other.set && phase.side === other.side;
    const findSetStart = (phase) => phases.findIndex((each) => each.kind !== "rest" && isSameSet(each, phase));
    let at = -1; // index of the phase; -1 before the start, phases.length after the end
    let endsAt = 0;
    let left = 0; // remaining milliseconds of a paused phase
    let timer;
    let lastAnnounced = "";

    const setText = (name, text) => {
      const element = player.querySelector(`[data-${name}]`);
      if (element.textContent !== text) element.textContent = text;
    };
    const words = (phase) => {
      const where = [];
      if (phase.side) where.push(getLabel(phase.side === "left" ? "Left" : "Right"));
      if (last.set > 1) where.push(getLabel("Set", { number: phase.set, total: last.set }));
      return where.join(" · ");
    };
    const show = () => {
      const phase = phases[at];
      if (!phase) {
        setText("where", "");
        setText("count", "✓");
        setText("what", getLabel("Done"));
        return;
      }
      const seconds = Math.max(0, Math.ceil((timer ? endsAt - Date.now() : left) / 1000));
      const clock = seconds < 60 ? `${seconds}` : `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, "0")}`;
      const counts = phase.kind === "move" && last.rep > 1;
      setText("where", words(phase));
      setText("count", counts ? getLabel("Of", { number: phase.rep, total: last.rep }) : clock);
      setText("what", getLabel(timer ? title(phase.kind) : "Paused"));
    };
    const announcePhase = () => {
      const phase = phases[at];
      const kind = phase ? phase.kind : "done";
      const name = title(kind);
      playCue(kind, kind === "move" && last.rep > 1 ? `${phase.rep}` : [getLabel(name), phase?.rep ? "" : phase && words(phase)].filter(Boolean).join(". "));
      // Screen readers announce each side, set and rest, not each second.
      const news = phase ? `${["rest", "ready"].includes(kind) ? getLabel(name) : ""} ${words(phase)}`.trim() : getLabel("Done");
      if (news !== lastAnnounced) setText("spoken-now", (lastAnnounced = news));
    };
    const buttons = () => {
      const isLast = at >= phases.length || (at >= 0 && isSameSet(phases[at], last) && phases[at].kind !== "rest");
      start.hidden = isLast;
      for (const name of ["is-secondary", "btn-outline-primary"]) done.classList.toggle(name, !isLast);
      done.classList.toggle("btn-primary", isLast);
      start.textContent = at < 0 ? start.dataset.startLabel : start.dataset.nextLabel;
      pause.hidden = at < 0 || at >= phases.length;
      pause.textContent = timer ? pause.dataset.pauseLabel : pause.dataset.goOnLabel;
      find("controls").hidden = at < 0 && !document.querySelector("[data-previous]");
      find("stop-rules").hidden = at < 0; // before the start, the rules are visible on the page
      player.querySelector("[data-face]").hidden = at < 0;
      document.body.classList.toggle("is-playing", at >= 0);
      step.classList.toggle("is-playing", at >= 0);
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
      if (at !== before) announcePhase();
      show();
      if (at !== before) buttons();
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
      show();
      buttons();
    };
    const begin = () => {
      goTo(0);
      const frame = step.querySelector("[data-motion]");
      const image = frame?.querySelector("img");
      if (image && !prefersReducedMotion() && !image.src.endsWith(frame.dataset.moving)) step.querySelector("[data-motion-toggle]")?.click();
      scrollTo(0, 0);
    };
    const api = {
      step,
      stopTimer,
      leave() {
        if (at < 0) return;
        stopTimer();
        at = -1;
        buttons();
        window.speechSynthesis?.cancel();
      },
      next() {
        if (at < 0) return begin();
        const phase = phases[at];
        // "Get ready" is never the last phase: two presses in a row must not complete an exercise.
        if (start.hidden && phase?.kind !== "ready") return done.click();
        return goTo(phase.kind === "rest" || phase.kind === "ready" ? at + 1 : phases.findIndex((each, index) => index > at && !isSameSet(each, phase)));
      },
      back() {
        if (at < 0) return document.querySelector("[data-previous]")?.click();
        const phase = phases[Math.min(at, phases.length - 1)];
        const first = findSetStart(phase);
        if (at > first || at >= phases.length) return goTo(first);
        if (first > 1) return goTo(findSetStart(phases[first - 2]));
        stopTimer();
        at = -1;
        return buttons();
      },
      pause() {
        if (timer) stopTimer();
        else {
          endsAt = Date.now() + left;
          run();
        }
        show();
        setText("spoken-now", (lastAnnounced = timer ? words(phases[at]) : getLabel("Paused")));
        buttons();
      },
    };
    start.addEventListener("click", api.next);
    back.addEventListener("click", api.back);
    pause.addEventListener("click", api.pause);
    // Leaves the full screen for the rules and pauses the count; "Continue" returns to it.
    find("stop-rules").addEventListener("click", () => {
      if (timer) api.pause();
      for (const each of [document.body, step]) each.classList.remove("is-playing");
    });
    buttons();
    return api;
  };

  const players = [...document.querySelectorAll("[data-step]")].map(createPlayer);
  const seen = () => playing || players.find((player) => player.step.offsetParent !== null);

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
      if (isNext) player.next();
      else player.back();
    } else if (!event.repeat) moveFocus(event, isNext, presses);
  });
  // "leave-screen" is an event of pages with several screens.
  for (const event of ["pagehide", "leave-screen"]) addEventListener(event, () => players.forEach((each) => each.leave()));
  window.sessionPhases = listPhases;
})();
