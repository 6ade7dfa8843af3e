// The offline page on a patient's own phone: a whole session, one question at a time, without a connection.
// Each answer is stored before the next question is shown, so that nothing is lost if a phone dies. Only advice about a
// danger is shown first: it does not wait for storage, which may be full.
(() => {
  const store = self.surefootStore;
  const { send: sendStored, keepSending } = self.surefootSending;
  const page = document.querySelector("[data-offline]");
  const data = JSON.parse(document.getElementById("offline-data").textContent);
  const screens = new Map([...page.querySelectorAll("[data-screen]")].map((one) => [one.dataset.screen, one]));
  const find = (selector) => page.querySelector(selector);
  const { all, any, nextScreen } = self.surefootCheckIn;
  const table = data.check_in; // from patients/sessions/check_in.py; see check_in_data

  let sessions = [];
  let session = null; // the open one on this phone
  let last = null; // the one just finished
  let asking = null; // the exercise whose reason for skipping is asked

  // --- Days, in the patient's time zone
  // ISO date. It is put together from its parts, since browsers write a whole date in different ways.
  const inParts = new Intl.DateTimeFormat("en", {
    timeZone: data.zone, calendar: "gregory", numberingSystem: "latn", year: "numeric", month: "2-digit", day: "2-digit",
  });
  const dayOf = (moment) => {
    const parts = Object.fromEntries(inParts.formatToParts(moment).map(({ type, value }) => [type, value]));
    return `${parts.year}-${parts.month}-${parts.day}`;
  };
  const today = () => dayOf(new Date());
  const formatDay = (moment) =>
    new Intl.DateTimeFormat(document.documentElement.lang, {
      timeZone: data.zone, weekday: "long", day: "numeric", month: "long",
    }).format(new Date(moment));

  // --- Holds
  // Returns the answers of a session so far. Older pages stored a new sore as `sore`.
  const answersOf = (one) => ({ ...one.check_in, ...(one.sore ? table.finds.sore : {}), ...one.told });
  const says = (one) => ({ ...answersOf(one), pain_before: one.pain_before, effort: hardest(one) });
  const hardest = ({ entries = [] }) => table.efforts.filter((effort) => entries.some((entry) => entry.effort === effort)).at(-1);
  const meansRest = (one) => any(table.rests, answersOf(one));
  const suspendsStanding = (one) => any(table.holds, answersOf(one));
  // Sent sessions have no answers any more; their stored `hold` and `rest` count until the end of the day.
  const isSuspended = () =>
    (session && suspendsStanding(session)) ||
    sessions.some((one) => suspendsStanding(one) || (one.hold && !isFromEarlierDay(one)));
  const getOpenSession = () => (data.session?.day === today() ? data.session : null);
  const scheduledItems = (day) => {
    const held = isSuspended() ? data.standing : [];
    return (data.days[day] ?? []).filter((item) => !held.includes(item) || data.sitting.includes(item));
  };
  const isFromEarlierDay = (one) => dayOf(new Date(one.started_at)) !== today();
  const isDone = () => data.done === today() || sessions.some((one) => one.state !== "open" && !isFromEarlierDay(one));
  const getState = () => {
    if (session) return "open";
    if (sessions.some((one) => one.state !== "open" && (one.rest || meansRest(one)) && !isFromEarlierDay(one)))
      return "rest";
    if (!scheduledItems(today()).length) return "none";
    return isDone() ? "done" : getOpenSession() ? "open" : "start";
  };

  // --- Progress of the session
  const getEntry = (item) => session.entries.find((entry) => entry.item === item);
  const items = () => {
    const answered = session.entries.map((entry) => entry.item);
    const isPossible = (item) => !isSuspended() || !data.standing.includes(item) || data.sitting.includes(item);
    return session.items.filter((item) => answered.includes(item) || isPossible(item));
  };
  const isAnswered = (item) => {
    const entry = getEntry(item);
    return Boolean(entry && (entry.outcome !== "done" || entry.effort || !screens.has(`effort:${item}`)));
  };
  // Returns the name of a screen of the flow; screens such as "step" have one for each exercise.
  const screenOf = (name, item) => (screens.has(`${name}:${item}`) ? `${name}:${item}` : name);
  const next = () => {
    const item = items().find((one) => !isAnswered(one));
    const isOnFeet = data.standing.includes(item);
    const facts = {
      pain_told: session.pain_before !== null,
      all_answered: !item,
      needs_effort: Boolean(getEntry(item)),
      on_feet: isOnFeet,
      feet_checked: Boolean(session.feet),
      replaced: isOnFeet && isSuspended(),
    };
    return screenOf(nextScreen(data.flow, facts), item);
  };
  // Returns the screen directly after an answer, or undefined for the first open question.
  const after = (screen, facts, item) => {
    const name = nextScreen(data.flow, facts, screen);
    return name === "next" ? undefined : screenOf(name, item);
  };

  // --- Screens
  let current = "home";
  const getItemId = (name) => name.split(":")[1];
  const isOutsideSession = (name) => name === "home" || name === "advice";
  const show = (name, { remember = true } = {}) => {
    // "Back" can lead to a question of a session that has been finished.
    const key = screens.has(name) && (session || isOutsideSession(name) || name.startsWith("step:")) ? name : "home";
    const screen = screens.get(key);
    dispatchEvent(new Event("leave-screen"));
    for (const other of screens.values()) other.hidden = other !== screen;
    current = key;
    document.body.classList.toggle("session-active", !isOutsideSession(key));
    find("[data-sound-choice]").hidden = !session || isOutsideSession(key);
    if (key === "home") showHome();
    else showStep(screen, getItemId(key));
    if (remember) history.pushState({ screen: key }, "");
    scrollTo(0, 0);
    const title = screen.querySelector("h1");
    title.tabIndex = -1;
    if (remember) title.focus({ preventScroll: true });
  };
  const showHome = () => {
    const now = getState();
    for (const one of screens.get("home").querySelectorAll("[data-when]")) one.hidden = one.dataset.when !== now;
    const wanted = session ? items() : scheduledItems(today());
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
    const outcome = getEntry(item)?.outcome;
    said.hidden = !outcome;
    const button = outcome && screen.querySelector(`[name=outcome][value=${outcome}]`);
    if (button) said.textContent = page.dataset.again.replace("{answer}", button.textContent.trim());
  };

  // --- Status of sending: "saved on this phone", then "sent"
  const showQueue = async () => {
    sessions = await store.all();
    const list = find("[data-queue-list]");
    find("[data-not-kept]").hidden = !sessions.some((one) => one.volatile);
    const rows = sessions.filter((one) => !["open", "answer"].includes(one.state)).map((one) => {
      const state = one.volatile ? "volatile" : one.state;
      const lines = [`${formatDay(one.started_at)}: ${list.dataset[state]}`, ...(one.notes ?? [])];
      return Object.assign(document.createElement("li"), { textContent: lines.join(" ") });
    });
    list.replaceChildren(...rows);
    const arrived = last && sessions.find((one) => one.key === last.key);
    if (arrived) {
      const place = find("[data-arrival]");
      const lines = [place.dataset[arrived.volatile ? "volatile" : arrived.state], ...(arrived.notes ?? [])];
      place.replaceChildren(...lines.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
      find("[data-help-only]").hidden = arrived.state === "sent" || find("[data-get-help]").hidden;
    }
  };
  const { sendNow, schedule } = keepSending(async () => {
    const count = await sendStored(page.dataset.sync);
    if (count) (await navigator.serviceWorker?.getRegistration())?.active?.postMessage("keep");
    await showQueue();
  });

  // --- Answers
  // Another tab may have finished the session, or stored a danger in it: its answers are taken over.
  const saveSession = async (given = session) => {
    const record = await store.put(given);
    Object.assign(given, record);
    sessions = await store.all();
    find("[data-not-kept]").hidden = !sessions.some((one) => one.volatile);
    if (given === session && session.state !== "open") session = null;
  };
  // `id`: the open session on the server, if known from an answer that could not be sent.
  const open = (id = null) => {
    const openSession = getOpenSession();
    const version = openSession?.version ?? data.version;
    session = {
      key: crypto.randomUUID(),
      tag: data.tag,
      state: "open",
      version,
      session: id ?? openSession?.id ?? null,
      started_at: new Date().toISOString(),
      pain_before: openSession?.pain_before ?? null,
      // If the plan has changed, no more exercises are shown; the answers given are sent.
      items:
        version === data.version
          ? scheduledItems(today()).filter((item) => !openSession?.answered.includes(item))
          : [],
      entries: openSession?.entries ?? [],
      undone: [], // answers that the server may have, to be deleted unless they are given again
      feet: openSession?.feet ? new Date().toISOString() : null,
      told: {}, // dangers reported before the check-in
    };
    navigator.storage?.persist?.();
  };
  const begin = async () => {
    // Another tab may have begun or finished a session.
    sessions = await store.all();
    session = sessions.find((one) => one.state === "open") ?? null;
    if (!session && ["rest", "none"].includes(getState())) return show("home");
    if (!session) {
      open();
      await saveSession();
    }
    return show(next());
  };
  const answers = {
    pain: async (form) => {
      session.pain_before = Number(form.get("pain"));
    },
    feet: async (form) => {
      session.feet ??= new Date().toISOString();
      session.told = { ...answersOf(session), ...table.finds[form.get("feet")] };
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
      const entry = getEntry(item);
      if (entry) entry.reason = form.get("reason");
      const has_word = Boolean(screens.get(`word:${form.get("reason")}`)?.querySelector(".notice"));
      return after("why", { has_word }, form.get("reason"));
    },
    effort: async (form, item) => {
      getEntry(item).effort = form.get("effort");
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
      // All answers, also to questions that only another version of the page asks. Reported dangers are not withdrawn.
      const { csrfmiddlewaretoken: _token, ...given } = Object.fromEntries(form);
      session.check_in = answersOf({ ...session, check_in: given });
      session.asked = Object.keys(session.check_in);
      session.rest = meansRest(session);
      session.hold = suspendsStanding(session);
      session.finished_at = new Date().toISOString();
      session.state = "waiting";
      return after("check-in", {});
    },
  };
  page.addEventListener("submit", async (event) => {
    const ask = event.target.closest("[data-ask]")?.dataset.ask;
    if (!ask || !session) return;
    event.preventDefault();
    const item = ask === "why" ? asking : getItemId(current);
    const given = session;
    const to = await answers[ask](new FormData(event.target, event.submitter), item);
    if (to === "stay") return;
    if (to === "advice") await finish(given);
    else {
      const saving = saveSession(given);
      if (to !== "sore") await saving;
      show(to === "sore" || session ? to ?? next() : "home");
      await saving;
    }
  });
  // Shows the advice, then stores and sends the session.
  const finish = async (finished) => {
    last = finished;
    session = null;
    giveAdvice(last);
    show("advice");
    await saveSession(last);
    await showQueue();
    await sendNow();
  };
  // The worker keeps answers in its memory if it cannot store them.
  const takeFromWorker = () =>
    new Promise((resolve) => {
      const worker = navigator.serviceWorker?.controller;
      if (!worker) return resolve();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = async ({ data: records }) => {
        for (const record of records) await store.put(record);
        resolve();
      };
      worker.postMessage("take", [port2]);
      setTimeout(resolve, 1000);
    });
  // Applies answers that were given on online pages without a connection. Applying them twice changes nothing. Returns the
  // next screen, or null without an answer.
  const applyAnswers = async () => {
    let to = null;
    await takeFromWorker();
    for (const { key, session: id, ask, item, fields } of (await store.all()).filter((one) => one.state === "answer")) {
      const form = new Map(Object.entries(fields));
      const finished = session ? null : sessions.find((one) => one.session === id && one.state !== "answer");
      if (finished) {
        to = (await addDangers(finished, ask, form)) ?? to;
      } else {
        if (!session) open(id);
        if (item && !session.items.includes(item)) session.items.unshift(item);
        // An effort or a reason implies an outcome that only the server has.
        const outcome = { effort: "done", why: "not_today" }[ask];
        if (outcome && getEntry(item)?.outcome !== outcome)
          await answers.step(new Map(Object.entries({ outcome })), item);
        to = (await answers[ask](form, item)) ?? next();
        if (to === "advice") giveAdvice((last = session));
        await saveSession();
      }
      await store.remove(key);
    }
    return to;
  };
  // The answer of a second tab to a session that is finished: what it says of dangers is added, and sent again.
  const addDangers = async (finished, ask, form) => {
    const { csrfmiddlewaretoken: _token, ...given } = ask === "check-in" ? Object.fromEntries(form) : {};
    const told = ask === "feet" ? table.finds[form.get("feet")] : given;
    const dangers = Object.fromEntries(Object.entries(told).filter(([, answer]) => answer === "yes"));
    if (!Object.keys(dangers).length || (finished.state === "sent" && !given.pain_after)) return null;
    // A session that was sent has no answers any more: the whole check-in of the second tab is sent.
    const again = { version: data.version, finished_at: finished.sent_at, entries: [], asked: Object.keys(given) };
    const whole = finished.state === "sent" ? { ...again, ...finished, check_in: given } : finished;
    last = { ...whole, state: "waiting", told: dangers };
    last.rest = finished.rest || meansRest(last);
    last.hold = finished.hold || suspendsStanding(last);
    giveAdvice(last);
    await saveSession(last);
    return "advice";
  };
  // Each row of the page has the conditions under which the server shows it.
  const giveAdvice = (finished) => {
    const rows = [...page.querySelectorAll("[data-advice]")];
    for (const row of rows) row.hidden = !all(JSON.parse(row.dataset.applies), says(finished));
    const isWell = rows.every((row) => row.hidden);
    const wantsHelp = rows.some((row) => !row.hidden && "help" in row.dataset);
    for (const one of page.querySelectorAll("[data-well], [data-care]")) one.hidden = "well" in one.dataset !== isWell;
    find("[data-get-help]").hidden = !wantsHelp;
    rows.find((row) => !row.hidden)?.after(find("[data-get-help]"));
    // Only one button is the primary one: the call, or back to today.
    find("[data-do=home]").className = `btn ${wantsHelp ? "btn-outline-primary btn-wide" : "btn-primary btn-next"}`;
  };

  const actions = {
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
    if (button.dataset.do) actions[button.dataset.do]();
    else show(button.dataset.go ?? `${button.dataset.way}:${getItemId(current)}`);
  });
  addEventListener("popstate", (event) => show(event.state?.screen ?? "home", { remember: false }));
  addEventListener("online", showConnection);
  addEventListener("offline", showConnection);

  const start = async () => {
    await store.removeOtherAccounts(data.tag);
    sessions = await store.all();
    session = sessions.find((one) => one.state === "open") ?? null;
    const locks = navigator.locks ?? { request: (_name, work) => work() };
    const following = await locks.request("surefoot-answers", applyAnswers);
    find("[data-not-saved]").hidden = location.hash !== "#not-saved";
    history.replaceState({ screen: "home" }, "", location.pathname);
    // A session of an earlier day is not continued, only checked in.
    const isLeft =
      session &&
      isFromEarlierDay(session) &&
      Date.now() - new Date(session.started_at) > 1000 * data.left_behind_after;
    if (following) show(following === "stay" ? "check-in" : following);
    else show(isLeft ? "check-in" : "home", { remember: Boolean(isLeft) });
    await showQueue();
    store.onChange(async () => {
      await showQueue();
      if (current === "home") showHome();
      await schedule();
    });
    await sendNow();
  };
  start();
})();
