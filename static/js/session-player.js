// A session's steps: count sets, repetitions, holds and rests of the dose that the server wrote into data-… attributes,
// to be followed from two metres away. It works on every [data-step] of the page, hidden ones too. Without this script
// the dose is a sentence and "Done" is a button. Nothing is lost when the time runs out: it only counts along.
(() => {
  const LEAD_IN = 3;
  const number = (text) => Number(text) || 0;
  const title = (kind) => kind[0].toUpperCase() + kind.slice(1);

  // Pure: the dose as a list of {kind, side, set, rep, seconds}, in order. See tests/functional/test_session_player.py.
  const phasesOf = (dose) => {
    const sets = number(dose.sets) || 1;
    const sides = dose.eachSide ? ["left", "right"] : [dose.side || ""];
    const phases = [{ kind: "ready", side: sides[0], set: 1, rep: 0, seconds: LEAD_IN }];
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

  const stored = (value) => {
    try {
      if (value) localStorage.setItem("session-sound", value);
      return localStorage.getItem("session-sound") || "off";
    } catch {
      return value || "off"; // a browser that keeps nothing
    }
  };
  let sound = stored();
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
  const hear = (kind, words) => {
    if (sound === "chime") chime(PITCHES[kind]);
    if (sound !== "voice" || !("speechSynthesis" in window)) return;
    window.speechSynthesis.cancel();
    const spoken = new SpeechSynthesisUtterance(words);
    spoken.lang = document.documentElement.lang;
    window.speechSynthesis.speak(spoken);
  };

  let lock;
  let playing; // the player that counts now, if any
  const keepAwake = async () => {
    try {
      if (playing && document.visibilityState === "visible") lock = await navigator.wakeLock?.request("screen");
    } catch {
      // a low battery: the screen goes dark, the counting goes on
    }
  };
  document.addEventListener("visibilitychange", keepAwake);

  const calm = () => {
    const chosen = document.documentElement.dataset.motion;
    return chosen ? chosen === "calm" : matchMedia("(prefers-reduced-motion: reduce)").matches;
  };

  const prepare = (step) => {
    const player = step.querySelector("[data-player]");
    const find = (name) => step.querySelector(`[data-${name}]`);
    const [start, done, pause, back] = ["start", "done", "pause", "back"].map(find);
    const say = (name, values = {}) =>
      (player.dataset[`say${name}`] || "").replace(/%\((\w+)\)s/g, (_match, key) => values[key]);
    const phases = phasesOf(player.dataset);
    const last = phases.at(-1);
    const isBout = (phase, other) => phase.set === other.set && phase.side === other.side;
    const startOf = (phase) => phases.findIndex((each) => each.kind !== "rest" && isBout(each, phase));
    let at = -1; // before it was started; phases.length when all is counted
    let endsAt = 0;
    let left = 0; // milliseconds of the phase that was paused
    let timer;
    let told = "";

    const put = (name, text) => {
      const element = player.querySelector(`[data-${name}]`);
      if (element.textContent !== text) element.textContent = text;
    };
    const words = (phase) => {
      const where = [];
      if (phase.side) where.push(say(phase.side === "left" ? "Left" : "Right"));
      if (last.set > 1) where.push(say("Set", { number: phase.set, total: last.set }));
      return where.join(" · ");
    };
    const show = () => {
      const phase = phases[at];
      if (!phase) {
        put("where", "");
        put("count", "✓");
        put("what", say("Done"));
        return;
      }
      const seconds = Math.max(0, Math.ceil((timer ? endsAt - Date.now() : left) / 1000));
      const clock = seconds < 60 ? `${seconds}` : `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, "0")}`;
      const counts = phase.kind === "move" && last.rep > 1;
      put("where", words(phase));
      put("count", counts ? say("Of", { number: phase.rep, total: last.rep }) : clock);
      put("what", say(timer ? title(phase.kind) : "Paused"));
    };
    const tell = () => {
      const phase = phases[at];
      const kind = phase ? phase.kind : "done";
      const name = title(kind);
      hear(kind, kind === "move" && last.rep > 1 ? `${phase.rep}` : [say(name), phase?.rep ? "" : phase && words(phase)].filter(Boolean).join(". "));
      // Screen readers are told of each side, set and rest, not of each second.
      const news = phase ? `${["rest", "ready"].includes(kind) ? say(name) : ""} ${words(phase)}`.trim() : say("Done");
      if (news !== told) put("spoken-now", (told = news));
    };
    const buttons = () => {
      const isLast = at >= phases.length || (at >= 0 && isBout(phases[at], last) && phases[at].kind !== "rest");
      start.hidden = isLast;
      for (const name of ["is-secondary", "btn-outline-primary"]) done.classList.toggle(name, !isLast);
      done.classList.toggle("btn-primary", isLast);
      start.textContent = at < 0 ? start.dataset.startLabel : start.dataset.nextLabel;
      pause.hidden = at < 0 || at >= phases.length;
      pause.textContent = timer ? pause.dataset.pauseLabel : pause.dataset.goOnLabel;
      find("controls").hidden = at < 0 && !document.querySelector("[data-previous]");
      find("stop-rules").hidden = at < 0; // before, the rules are on the page below
      player.querySelector("[data-face]").hidden = at < 0;
      document.body.classList.toggle("is-playing", at >= 0);
      step.classList.toggle("is-playing", at >= 0);
    };
    const halt = () => {
      left = Math.max(0, endsAt - Date.now());
      clearInterval(timer);
      timer = undefined;
      if (playing === api) playing = undefined;
      lock?.release();
      lock = undefined;
    };
    const tick = () => {
      const before = at;
      // Several phases may have passed while the page slept.
      while (at < phases.length && Date.now() >= endsAt) {
        at += 1;
        if (at < phases.length) endsAt += phases[at].seconds * 1000;
      }
      if (at >= phases.length) halt();
      if (at !== before) tell();
      show();
      if (at !== before) buttons();
    };
    const run = () => {
      if (playing && playing !== api) playing.halt();
      playing = api;
      clearInterval(timer);
      timer = setInterval(tick, 100);
      keepAwake();
    };
    const goTo = (index) => {
      at = index;
      endsAt = Date.now() + phases[at].seconds * 1000;
      run();
      tell();
      show();
      buttons();
    };
    const begin = () => {
      goTo(0);
      const frame = step.querySelector("[data-motion]");
      const image = frame?.querySelector("img");
      if (image && !calm() && !image.src.endsWith(frame.dataset.moving)) step.querySelector("[data-motion-toggle]")?.click();
      scrollTo(0, 0);
    };
    const api = {
      step,
      halt,
      leave() {
        if (at < 0) return;
        halt();
        at = -1;
        buttons();
        window.speechSynthesis?.cancel();
      },
      next() {
        if (at < 0) return begin();
        const phase = phases[at];
        // "Get ready" is never the last: two presses in a row have not done an exercise.
        if (start.hidden && phase?.kind !== "ready") return done.click();
        return goTo(phase.kind === "rest" || phase.kind === "ready" ? at + 1 : phases.findIndex((each, index) => index > at && !isBout(each, phase)));
      },
      back() {
        if (at < 0) return document.querySelector("[data-previous]")?.click();
        const phase = phases[Math.min(at, phases.length - 1)];
        const first = startOf(phase);
        if (at > first || at >= phases.length) return goTo(first);
        if (first > 1) return goTo(startOf(phases[first - 2]));
        halt();
        at = -1;
        return buttons();
      },
      pause() {
        if (timer) halt();
        else {
          endsAt = Date.now() + left;
          run();
        }
        show();
        put("spoken-now", (told = timer ? words(phases[at]) : say("Paused")));
        buttons();
      },
    };
    start.addEventListener("click", api.next);
    back.addEventListener("click", api.back);
    pause.addEventListener("click", api.pause);
    // Out of the full screen and down to the rules; the count waits, and "Go on" comes back to it.
    find("stop-rules").addEventListener("click", () => {
      if (timer) api.pause();
      for (const each of [document.body, step]) each.classList.remove("is-playing");
    });
    buttons();
    return api;
  };

  const players = [...document.querySelectorAll("[data-step]")].map(prepare);
  const seen = () => playing || players.find((player) => player.step.offsetParent !== null);

  document.querySelectorAll("[data-sound]").forEach((choices) => {
    choices.hidden = false;
    choices.querySelectorAll("input").forEach((input) => {
      input.checked = input.value === sound;
      input.addEventListener("change", () => {
        sound = stored(input.value);
        hear("hold", input.parentElement.textContent.trim());
      });
    });
  });

  // Space bar, arrows, and the keys that Bluetooth page-turners send.
  const NEXT = [" ", "Enter", "ArrowRight", "PageDown"];
  const BACK = ["ArrowLeft", "PageUp"];
  const FIELDS = "input, select, textarea";
  // What answers to Space, or to Enter, itself. A link does nothing with Space; the page would scroll away.
  const ownKeys = (key) => `${FIELDS}, button, summary, [contenteditable]${key === "Enter" ? ", a" : ""}`;
  // On the questions the page-turner walks over the answers, and past those of a question that is answered. Space or
  // Enter gives the answer it stands on; where it stands on none yet it goes to the first, and gives nothing by itself.
  const walk = (event, isNext, presses) => {
    const here = document.activeElement;
    if (presses && here.matches(`${ownKeys(event.key)}, a`)) return;
    const isChoice = here.matches("[type=radio]");
    if (here.matches(FIELDS) && !(isChoice && event.key.startsWith("Page"))) return;
    const isAnswered = (each) => each.name && document.querySelector(`[type=radio][name="${each.name}"]:checked`);
    const answers = [...document.querySelectorAll("[data-answer] [type=radio], [data-answer] button, main .btn")].filter(
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
      // A button answers to space and Enter itself; a field keeps all its keys.
      if (event.target.closest(presses ? ownKeys(event.key) : FIELDS)) return;
      event.preventDefault();
      if (event.repeat) return; // held down: one press is one step, and the page stays where it is
      if (isNext) player.next();
      else player.back();
    } else if (!event.repeat) walk(event, isNext, presses);
  });
  // "leave-screen": of a page that has more than one.
  for (const event of ["pagehide", "leave-screen"]) addEventListener(event, () => players.forEach((each) => each.leave()));
  window.sessionPhases = phasesOf;
})();
