// The page that a patient's own phone keeps: a whole session, one question at a time, without a connection.
// Each answer is stored before the next question is shown, so that a phone that dies loses nothing.
(() => {
  const store = self.surefootStore;
  const page = document.querySelector("[data-offline]");
  const data = JSON.parse(document.getElementById("offline-data").textContent);
  const screens = new Map([...page.querySelectorAll("[data-screen]")].map((one) => [one.dataset.screen, one]));
  const find = (selector) => page.querySelector(selector);
  const { all, any, nextScreen } = self.surefootCheckIn;
  const table = data.check_in; // patients/sessions/check_in.py, as far as a phone must know it

  let sessions = [];
  let session = null; // the one under way on this phone
  let last = null; // the one that was just finished
  let asking = null; // the exercise of which "why not?" is asked

  // --- Days: as the clinic counts them, where the patient lives
  const dayOf = (moment) => new Intl.DateTimeFormat("en-CA", { timeZone: data.zone }).format(moment);
  const today = () => dayOf(new Date());
  const inWords = (moment) =>
    new Intl.DateTimeFormat(document.documentElement.lang, {
      timeZone: data.zone, weekday: "long", day: "numeric", month: "long",
    }).format(new Date(moment));

  // --- What may be done
  // What one session told so far. Phones kept a sore as `sore` before any question could be told early.
  const told = (one) => ({ ...one.check_in, ...(one.sore ? table.finds.sore : {}), ...one.told });
  const says = (one) => ({ ...told(one), pain_before: one.pain_before, effort: hardest(one) });
  const hardest = ({ entries = [] }) => table.efforts.filter((effort) => entries.some((entry) => entry.effort === effort)).at(-1);
  const meansRest = (one) => any(table.rests, told(one));
  const holdsBack = (one) => any(table.holds, told(one));
  // Of what was sent, the phone knows no answers any more; until that day is over, what they asked for still holds.
  const isOnHold = () =>
    (session && holdsBack(session)) || sessions.some((one) => holdsBack(one) || (one.hold && !isOldNews(one)));
  const carriesOn = () => (data.session?.day === today() ? data.session : null);
  const asked = (day) => {
    const held = isOnHold() ? data.standing : [];
    return (data.days[day] ?? []).filter((item) => !held.includes(item) || data.sitting.includes(item));
  };
  const isOldNews = (one) => dayOf(new Date(one.started_at)) !== today();
  const isDone = () => data.done === today() || sessions.some((one) => one.state !== "open" && !isOldNews(one));
  const situation = () => {
    if (session) return "open";
    if (sessions.some((one) => one.state !== "open" && (one.rest || meansRest(one)) && !isOldNews(one)))
      return "rest";
    if (!asked(today()).length) return "none";
    return isDone() ? "done" : carriesOn() ? "open" : "start";
  };

  // --- Where the session stands
  const entryOf = (item) => session.entries.find((entry) => entry.item === item);
  const items = () => {
    const answered = session.entries.map((entry) => entry.item);
    const isPossible = (item) => !isOnHold() || !data.standing.includes(item) || data.sitting.includes(item);
    return session.items.filter((item) => answered.includes(item) || isPossible(item));
  };
  const isAnswered = (item) => {
    const entry = entryOf(item);
    return Boolean(entry && (entry.outcome !== "done" || entry.effort || !screens.has(`effort:${item}`)));
  };
  // The screen of a turn of the flow; "step" and the like are about an exercise.
  const screenOf = (name, item) => (screens.has(`${name}:${item}`) ? `${name}:${item}` : name);
  const next = () => {
    const item = items().find((one) => !isAnswered(one));
    const isOnFeet = data.standing.includes(item);
    const facts = {
      pain_told: session.pain_before !== null,
      all_answered: !item,
      wants_effort: Boolean(entryOf(item)),
      on_feet: isOnFeet,
      feet_checked: Boolean(session.feet),
      replaced: isOnFeet && isOnHold(),
    };
    return screenOf(nextScreen(data.flow, facts), item);
  };
  // What comes right after an answer; undefined: whatever the session waits for.
  const after = (screen, facts, item) => {
    const name = nextScreen(data.flow, facts, screen);
    return name === "next" ? undefined : screenOf(name, item);
  };

  // --- Screens
  let current = "home";
  const itemIn = (name) => name.split(":")[1];
  const isQuiet = (name) => name === "home" || name === "advice";
  const show = (name, { remember = true } = {}) => {
    // Back may lead to a question of a session that is finished by now.
    const key = screens.has(name) && (session || isQuiet(name) || name.startsWith("step:")) ? name : "home";
    const screen = screens.get(key);
    dispatchEvent(new Event("leave-screen"));
    for (const other of screens.values()) other.hidden = other !== screen;
    current = key;
    document.body.classList.toggle("session-active", !isQuiet(key));
    find("[data-stop]").hidden = !session || isQuiet(key);
    if (key === "home") showHome();
    else showStep(screen, itemIn(key));
    if (remember) history.pushState({ screen: key }, "");
    scrollTo(0, 0);
    const title = screen.querySelector("h1");
    title.tabIndex = -1;
    if (remember) title.focus({ preventScroll: true });
  };
  const showHome = () => {
    const now = situation();
    for (const one of screens.get("home").querySelectorAll("[data-when]")) one.hidden = one.dataset.when !== now;
    const wanted = session ? items() : asked(today());
    for (const row of page.querySelectorAll("[data-row]")) row.hidden = !wanted.includes(row.dataset.row);
    const list = find("[data-list]");
    if (list) list.hidden = now === "rest" || !wanted.length;
    showConnection();
  };
  const showConnection = () => {
    for (const one of page.querySelectorAll("[data-offline-only]")) one.hidden = navigator.onLine;
    for (const one of page.querySelectorAll("[data-online-only]")) one.hidden = !navigator.onLine;
  };
  const showStep = (screen, item) => {
    for (const one of screen.querySelectorAll("[data-in-session], form")) one.hidden = !session;
    const count = screen.querySelector("[data-number]");
    if (!session || !count) return;
    const all = items();
    const number = all.indexOf(item) + 1;
    count.textContent = page.dataset.of.replace("{n}", number).replace("{total}", all.length);
    const bar = screen.querySelector("progress");
    bar.max = all.length;
    bar.value = all.filter(isAnswered).length;
    screen.querySelector("[data-strong-pain]").hidden = !(number === 1 && session.pain_before >= table.strong_pain);
    const said = screen.querySelector("[data-said]");
    const outcome = entryOf(item)?.outcome;
    said.hidden = !outcome;
    const button = outcome && screen.querySelector(`[name=outcome][value=${outcome}]`);
    if (button) said.textContent = page.dataset.again.replace("{answer}", button.textContent.trim());
  };

  // --- How it stands with sending: "saved on this phone", then "sent"
  const showQueue = async () => {
    sessions = await store.all();
    const list = find("[data-queue-list]");
    const rows = sessions.filter((one) => one.state !== "open").map((one) => {
      const lines = [`${inWords(one.started_at)}: ${list.dataset[one.state]}`, ...(one.notes ?? [])];
      return Object.assign(document.createElement("li"), { textContent: lines.join(" ") });
    });
    list.replaceChildren(...rows);
    const arrived = last && sessions.find((one) => one.key === last.key);
    if (arrived) {
      const place = find("[data-arrival]");
      const lines = [place.dataset[arrived.state], ...(arrived.notes ?? [])];
      place.replaceChildren(...lines.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
      find("[data-help-only]").hidden = arrived.state === "sent" || find("[data-get-help]").hidden;
    }
  };
  const send = async () => {
    const count = await store.send(page.dataset.sync);
    if (count) (await navigator.serviceWorker?.getRegistration())?.active?.postMessage("keep");
    await showQueue();
  };

  // --- Answers
  const keep = async () => {
    await store.put(session);
    sessions = await store.all();
  };
  // `id`: the session that is open on the server, when the phone was told by an answer that it could not send.
  const open = (id = null) => {
    const goesOn = carriesOn();
    const version = goesOn?.version ?? data.version;
    session = {
      key: crypto.randomUUID(),
      tag: data.tag,
      state: "open",
      version,
      session: id ?? goesOn?.id ?? null,
      started_at: new Date().toISOString(),
      pain_before: goesOn?.pain_before ?? null,
      // Of a plan that has changed meanwhile, only what was done is told.
      items: version === data.version ? asked(today()).filter((item) => !goesOn?.answered.includes(item)) : [],
      entries: goesOn?.entries ?? [],
      undone: [], // what the server may still have, and shall forget unless it is answered anew
      feet: goesOn?.feet ? new Date().toISOString() : null,
      told: {}, // dangers that were told before the end
    };
    navigator.storage?.persist?.();
  };
  const begin = async () => {
    open();
    await keep();
    show(next());
  };
  const answers = {
    pain: async (form) => {
      session.pain_before = Number(form.get("pain"));
    },
    feet: async (form) => {
      session.feet ??= new Date().toISOString();
      session.told = { ...told(session), ...table.finds[form.get("feet")] };
      return after("feet", { danger: Object.keys(session.told).length > 0 });
    },
    step: async (form, item) => {
      const entry = { item, effort: "", at: new Date().toISOString() };
      for (const name of ["outcome", "way", "instead", "support"]) entry[name] = form.get(name) ?? "";
      session.entries = [...session.entries.filter((one) => one.item !== item), entry];
      asking = item;
      return after("step", { done: entry.outcome === "done" }, item);
    },
    why: async (form, item) => {
      const entry = entryOf(item);
      if (entry) entry.reason = form.get("reason");
      const has_word = Boolean(screens.get(`word:${form.get("reason")}`)?.querySelector(".notice"));
      return after("why", { has_word }, form.get("reason"));
    },
    effort: async (form, item) => {
      entryOf(item).effort = form.get("effort");
    },
    undo: async (_form, item) => {
      session.entries = session.entries.filter((one) => one.item !== item);
      session.undone = [...(session.undone ?? []), item];
    },
    "check-in": async (form) => {
      const names = table.asked;
      const missing = names.filter((name) => !form.get(name));
      for (const one of page.querySelectorAll("[data-error-for]")) one.hidden = !missing.includes(one.dataset.errorFor);
      for (const name of names) find(`#id_${name}`).setAttribute("aria-invalid", missing.includes(name));
      const summary = find("[data-errors]");
      summary.hidden = !missing.length;
      if (missing.length) {
        summary.focus();
        return "stay";
      }
      // All that was answered, also on a page that asked more than this one. What was told before is not taken back.
      const { csrfmiddlewaretoken: _token, ...given } = Object.fromEntries(form);
      session.check_in = told({ ...session, check_in: given });
      session.asked = Object.keys(session.check_in);
      session.rest = meansRest(session);
      session.hold = holdsBack(session);
      session.finished_at = new Date().toISOString();
      session.state = "waiting";
      return after("check-in", {});
    },
  };
  page.addEventListener("submit", async (event) => {
    const ask = event.target.closest("[data-ask]")?.dataset.ask;
    if (!ask || !session) return;
    event.preventDefault();
    const item = ask === "why" ? asking : itemIn(current);
    const to = await answers[ask](new FormData(event.target, event.submitter), item);
    if (to === "stay") return;
    await keep();
    await goTo(to);
  });
  const goTo = async (to) => {
    if (to !== "advice") {
      show(to ?? next());
      return;
    }
    last = session;
    session = null;
    giveAdvice(last);
    show("advice");
    await showQueue();
    await send();
  };
  // Answers that were given online and met no connection. Taken up twice, they are the same answers.
  const takeUp = async () => {
    let to = null;
    for (const { key, session: id, ask, item, fields } of (await store.all()).filter((one) => one.state === "answer")) {
      if (!session) open(id);
      if (item && !session.items.includes(item)) session.items.unshift(item);
      // "How hard?" and "why not?" are asked of what the server has already.
      const outcome = { effort: "done", why: "not_today" }[ask];
      if (outcome && entryOf(item)?.outcome !== outcome)
        await answers.step(new Map(Object.entries({ outcome })), item);
      to = (await answers[ask](new Map(Object.entries(fields)), item)) ?? next();
      await keep();
      await store.remove(key);
      if (to === "advice") break;
    }
    return to;
  };
  // The same table as on the server: each row says which answers it is for.
  const giveAdvice = (finished) => {
    const rows = [...page.querySelectorAll("[data-advice]")];
    for (const row of rows) row.hidden = !all(JSON.parse(row.dataset.applies), says(finished));
    const isWell = rows.every((row) => row.hidden);
    const wantsHelp = rows.some((row) => !row.hidden && "help" in row.dataset);
    for (const one of page.querySelectorAll("[data-well], [data-care]")) one.hidden = "well" in one.dataset !== isWell;
    find("[data-get-help]").hidden = !wantsHelp;
    rows.find((row) => !row.hidden)?.after(find("[data-get-help]"));
    // One next step: the call, or back to today.
    find("[data-do=home]").className = `btn ${wantsHelp ? "btn-outline-primary btn-wide" : "btn-primary btn-next"}`;
  };

  const doings = {
    start: begin,
    "carry-on": () => (session ? show(next()) : begin()),
    "check-in": async () => {
      if (!session) await begin();
      show("check-in");
    },
    "go-on": () => show(next()),
    feet: () => show("feet"),
    back: () => history.back(),
    home: () => show("home"),
  };
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do], [data-go], [data-way]");
    if (!button) return;
    event.preventDefault();
    if (button.dataset.do) doings[button.dataset.do]();
    else show(button.dataset.go ?? `${button.dataset.way}:${itemIn(current)}`);
  });
  addEventListener("popstate", (event) => show(event.state?.screen ?? "home", { remember: false }));
  addEventListener("online", () => {
    showConnection();
    send();
  });
  addEventListener("offline", showConnection);

  const start = async () => {
    await store.keepOnly(data.tag);
    session = (await store.all()).find((one) => one.state === "open") ?? null;
    const goesOn = await takeUp();
    await showQueue();
    find("[data-not-saved]").hidden = location.hash !== "#not-saved";
    history.replaceState({ screen: "home" }, "", location.pathname);
    // One that was begun on an earlier day is only waiting to hear how it went.
    const isLeft = session && isOldNews(session) && Date.now() - new Date(session.started_at) > 1000 * data.left_behind_after;
    store.onChange(showQueue);
    if (goesOn) {
      await goTo(goesOn === "stay" ? "check-in" : goesOn);
      return;
    }
    show(isLeft ? "check-in" : "home", { remember: Boolean(isLeft) });
    await send();
  };
  start();
})();
