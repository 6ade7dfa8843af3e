// The offline page on a patient's own phone: a whole session, one question at a time, without a connection.
// Each answer is stored before the next question is shown, so that nothing is lost if a phone dies. Only advice about a
// danger is shown first: it does not wait for storage, which may be full.
(() => {
  const store = self.surefootStore;
  const { send: sendStored, keepSending, takeFromWorker } = self.surefootSending;
  const page = document.querySelector("[data-offline]");
  const data = JSON.parse(document.getElementById("offline-data").textContent);
  const screens = new Map([...page.querySelectorAll("[data-screen]")].map((one) => [one.dataset.screen, one]));
  const find = (selector) => page.querySelector(selector);
  const table = data.check_in; // from patients/sessions/check_in.py; see check_in_data
  const day = self.surefootDay(data);
  const { isFinished, isFromEarlierDay, followUps, gravity } = day;

  let sessions = []; // all records on this phone, reports included
  let session = null; // the open session on this phone
  let telling = null; // the session or report whose advice and follow-up questions are shown
  let knownAtStart = new Set(); // keys of records that the server knew when it made this page
  let asking = null; // the exercise whose reason for skipping is asked
  let now; // the time of an answer that is applied later; undefined for one of this moment
  let isLost = location.hash === "#not-saved"; // the page that was sent could not be saved

  const advice = self.surefootAdvice(page, day);
  const draw = self.surefootDraw(page, data, day);
  const { tell, finish, openRecord, report } = self.surefootRecords(data, day);
  const {
    readFields, answered, isSign, listSigns, readSigns, readStored, showQuestions, listOnly, showMissing, getMissing, asForm,
  } = self.surefootForms;

  // --- The day
  // `synced`: this page came from the server after the record, so that `data.live` has its holds.
  const others = () => sessions.filter((one) => one.key !== session?.key && !knownAtStart.has(one.key));
  const kinds = () => day.liveKinds([...others(), session].filter(Boolean));
  const getState = () => day.getState(session, sessions, kinds());

  // --- Progress of the session: js/offline-progress.js
  const { getEntry, items, isAnswered, next, after, afterTelling } = self.surefootProgress({
    data, day, advice, screens, kinds, getSession: () => session,
  });

  // --- Screens
  let current = "home";
  const getItemId = (name) => name.split(":")[1];
  const OF_NO_SESSION = ["home", "advice", "stop"];
  const isPossibleNow = (name) =>
    screens.has(name) &&
    (session || OF_NO_SESSION.includes(name) || (telling && ["follow-up", "reason"].includes(name)) || name.startsWith("step:"));
  const show = (name, { remember = true } = {}) => {
    // "Back" can lead to a question of a session that has been finished.
    const key = isPossibleNow(name) ? name : "home";
    const screen = screens.get(key);
    dispatchEvent(new Event("leave-screen"));
    for (const other of screens.values()) other.hidden = other !== screen;
    current = key;
    document.body.classList.toggle("session-active", !OF_NO_SESSION.includes(key));
    find("[data-sound-choice]").hidden = !session || OF_NO_SESSION.includes(key);
    find("[data-tell]").hidden = key === "stop";
    for (const one of page.querySelectorAll("[data-sugar-advice]")) one.hidden = true;
    if (key === "home") showHome();
    else showStep(screen, getItemId(key));
    if (key === "ready") showReady(screen);
    if (key === "check-in") listOnly(screen, day.askedAtEnd(session, others()));
    if (key === "check-in") for (const box of screen.querySelectorAll("[name=signs]")) box.checked ||= session.told[box.value] === "yes";
    if (remember) history.pushState({ screen: key }, "");
    scrollTo(0, 0);
    const title = screen.querySelector("h1");
    title.tabIndex = -1;
    if (remember) title.focus({ preventScroll: true });
  };
  const showReady = (screen) => {
    const asked = day.askedBefore(others());
    listOnly(screen, asked);
    const isOfFeet = asked.some((name) => table.feet.includes(name));
    for (const one of screen.querySelectorAll("[data-feet]")) one.hidden = (one.dataset.feet === "yes") !== isOfFeet;
  };
  const showHome = () => draw.home(getState(), session ? items() : day.scheduledItems(kinds()), [...others(), session].filter(Boolean));
  const showStep = (screen, item) => {
    // Without a session, an exercise of the list is only looked at.
    const parts = current.startsWith("step:") ? "[data-in-session], form" : "[data-in-session]";
    for (const one of screen.querySelectorAll(parts)) one.hidden = !session;
    if (current === "sugar") showQuestions(screen, day.askedOfSugar(session, others()));
    if (session && screen.querySelector("[data-number]")) draw.step(screen, session, items(), item, isAnswered);
  };

  // --- Status of sending: "saved on this phone", then "sent"
  const showQueue = async () => {
    sessions = await store.all();
    draw.queue(sessions, telling && sessions.find((one) => one.key === telling.key));
  };
  const { sendNow, schedule } = keepSending(async () => {
    const count = await sendStored(page.dataset.sync);
    if (count) (await navigator.serviceWorker?.getRegistration())?.active?.postMessage("keep");
    await showQueue();
  });

  // --- Answers
  // Another tab may have finished the session, or stored a danger in it: its answers are taken over.
  const save = async (one = session) => {
    const record = await store.put(one);
    Object.assign(one, record);
    sessions = await store.all();
    find("[data-not-kept]").hidden = !sessions.some((each) => each.volatile);
    if (one === session && session.state !== "open") session = null;
  };
  // `id`: the open session on the server, if known from an answer that could not be sent.
  const open = (id = null) => {
    session = openRecord(day.getOpenSession(sessions), { id, at: now });
    for (const form of page.querySelectorAll("form")) form.reset();
    navigator.storage?.persist?.();
  };
  const begin = async () => {
    // Another tab may have begun or finished a session.
    sessions = await store.all();
    session = sessions.find((one) => one.state === "open") ?? null;
    if (!session && ["rest", "none"].includes(getState())) return show("home");
    if (!session) {
      open();
      await save();
    }
    return show(next());
  };

  // The screen for a danger that was just told.
  const afterDanger = () =>
    followUps(telling).length ? "follow-up" : telling === session && session.state === "open" ? "found" : "advice";
  // Tells the answers of a form. Returns null for a complete one, otherwise the next screen. A danger, and an answer that
  // begins a hold, count at once: the advice of one that calls for help comes first. Without one the form stays, or, sent
  // from another page, is asked on `screen`.
  const tellForm = (one, element, given, asked, screen) => {
    const missing = getMissing(given, asked);
    const alone = missing.length ? Object.entries(day.countsAlone(one, given)) : [];
    const news = Object.fromEntries(alone.filter(([name, answer]) => one.told[name] !== answer));
    const isNews = Object.keys(news).length > 0;
    const calls = isNews && advice.callsForHelp(news);
    if (element) showMissing(element, calls ? [] : missing);
    if (missing.length && !isNews && element) return "stay";
    telling = one;
    tell(one, isNews ? Object.fromEntries(alone) : given, now);
    if (!missing.length) return null;
    if (calls) return afterDanger();
    save(one).then(sendNow);
    return element ? "stay" : screen;
  };
  // Each returns the next screen, or "stay". `element` is the form on this page, if it is one.
  const answers = {
    pain: (form) => {
      session.pain_before = Number(form.get("pain"));
      return next();
    },
    ready: (form, _item, element) => {
      const asked = listSigns(form, table.ready);
      const to = tellForm(session, element, readSigns(form, table.ready), asked, "ready");
      if (!to && asked.some((name) => table.feet.includes(name))) session.feet ??= now ?? new Date().toISOString();
      return to ?? afterTelling("ready", session);
    },
    sugar: (form, _item, element) => {
      const asked = day.askedOfSugar(session, others());
      const given = answered(readFields(form, element ? asked : ["low_before", "sugar", "ketones"]));
      return tellForm(session, element, given, element ? asked : [], "sugar") ?? afterTelling("sugar", session);
    },
    "follow-up": (form, _item, element) => {
      const asked = followUps(telling);
      const to = tellForm(telling, element, answered(readFields(form, asked)), asked, "follow-up");
      return to ?? afterTelling("follow-up", telling);
    },
    step: (form, item) => {
      const entry = { item, effort: "", at: now ?? new Date().toISOString() };
      for (const name of ["outcome", "way", "instead", "support"]) entry[name] = form.get(name) ?? "";
      session.entries = [...session.entries.filter((one) => one.item !== item), entry];
      session.undone = (session.undone ?? []).filter((one) => one !== item);
      asking = item;
      return after("step", { done: entry.outcome === "done" }, item);
    },
    why: (form, item) => {
      const entry = getEntry(item);
      const reason = form.get("reason");
      if (entry) entry.reason = reason;
      return tellReason(reason) ?? next();
    },
    reason: (form, _item, element) => {
      const asked = table.reasons[telling.reason];
      const to = tellForm(telling, element, answered(readFields(form, asked)), asked, "reason");
      return to ?? afterTelling("reason", telling);
    },
    stop: (form) => {
      telling = report("stop", { key: form.get("key"), at: now });
      tell(telling, { [form.get("sign")]: "yes" }, now);
      return afterTelling("stop", telling);
    },
    effort: (form, item) => {
      getEntry(item).effort = form.get("effort");
      return next();
    },
    undo: (_form, item) => {
      session.entries = session.entries.filter((one) => one.item !== item);
      session.undone = [...(session.undone ?? []), item];
      return next();
    },
    "check-in": (form, _item, element) => {
      // All answers, also to questions that only another version of the page asks.
      const given = { ...readSigns(form, table.asked), ...answered(readFields(form, ["pain_after"])) };
      session.note = (form.get("note") ?? "").trim().slice(0, 5000) || session.note;
      const asked = [...listSigns(form, table.asked), ...table.asked.filter((name) => !isSign(name))];
      const to = tellForm(session, element, given, asked, "check-in");
      if (!to) finish(session);
      return to ?? afterTelling("check-in", session);
    },
  };
  // Returns the screen for a reason that leads to questions or words; undefined for one that does not.
  const tellReason = (reason) => {
    const asked = table.reasons[reason];
    if (!asked) return undefined;
    telling = report("not_today", { reason, at: now });
    tell(telling, {}, now);
    return asked.length ? "reason" : "advice";
  };
  const OF_A_RECORD = ["follow-up", "reason", "stop"];
  page.addEventListener("submit", async (event) => {
    const ask = event.target.closest("[data-ask]")?.dataset.ask;
    if (!ask || !(session || OF_A_RECORD.includes(ask))) return;
    event.preventDefault();
    const item = ask === "why" ? asking : getItemId(current);
    const form = new FormData(event.target);
    if (event.submitter?.name) form.append(event.submitter.name, event.submitter.value);
    const mine = session;
    const told = telling;
    const to = answers[ask](form, item, event.target);
    if (to !== "stay") await goTo(to, new Set([mine, telling === told && !OF_A_RECORD.includes(ask) ? null : telling]));
  });
  // Stores what was answered, and shows the next screen. A danger is answered first, and sent at once.
  const goTo = async (to, changed) => {
    const records = [...changed].filter(Boolean);
    const isUrgent = ["advice", "found", "follow-up"].includes(to) && telling.danger;
    if (session && session.state !== "open") session = null;
    const mine = session ?? telling;
    const wasOpen = Boolean(session);
    const before = gravity(mine);
    if (isUrgent) showAdvice(to);
    for (const one of records) await save(one);
    const isGraver = gravity(mine) !== before;
    // Without a session now, another tab has finished it.
    if (isGraver) showGraver(mine);
    else if (!isUrgent) showAdvice(wasOpen && !session ? "home" : to);
    await showQueue();
    if (store.waiting(sessions).length) await sendNow();
  };
  // Another tab has stored a danger, or an answer that begins a hold, in the same record: its advice comes first.
  const showGraver = (one) => {
    telling = one;
    showAdvice(one === session ? afterTelling("follow-up", one) : afterDanger());
  };
  const showAdvice = (to) => {
    if (telling && ["advice", "found", "follow-up", "reason"].includes(to)) prepare(to);
    show(to);
  };

  const prepare = (to) => {
    const asked = to === "follow-up" ? followUps(telling) : (table.reasons[telling.reason] ?? []);
    advice.show(screens.get(to), telling, asked);
    const isLeft = session && items().some((one) => !isAnswered(one));
    for (const one of page.querySelectorAll("[data-if-left]")) one.hidden = !isLeft;
    const again = day.askedAgain(session, others()).at(-1);
    for (const one of page.querySelectorAll("[data-if-again]")) one.hidden = one.dataset.ifAgain !== again;
    const isAllKept = kinds().some((kind) => data.keeps_all.includes(kind));
    for (const one of page.querySelectorAll("[data-if-sitting]")) one.hidden = isAllKept;
  };

  // --- Answers that were given on online pages without a connection
  // Applies one answer. Returns the next screen, or undefined for none.
  const applyAnswer = async ({ session: id, ask, item, report: key, fields }) => {
    const form = asForm(fields);
    if (ask === "stop") return answers.stop(form);
    if (ask === "skip-day") {
      const to = tellReason(form.get("reason"));
      isLost = !to; // the day can be skipped on the server only
      return to;
    }
    if (ask === "screening") {
      const { question, answer } = fields;
      isLost = !answer; // its other buttons need the server
      if (isLost) return undefined;
      telling = report("screening", { at: now, screening: { question, answer } });
      tell(telling, { [question]: answer }, now);
      return afterDanger();
    }
    if (ask === "correct") {
      // Answers of a finished session are changed on the server only. Signs that were not told before are a report.
      const known = (fields.told ?? "").split(" ");
      const signs = form.getAll("signs").filter((name) => !known.includes(name));
      isLost = !signs.length || Boolean(fields.note);
      if (!signs.length) return undefined;
      telling = report("stop", { at: now });
      tell(telling, Object.fromEntries(signs.map((name) => [name, "yes"])), now);
      return afterDanger();
    }
    const given = readStored(form, fields, { ready: table.ready, "check-in": table.asked }[ask] ?? []);
    const known = sessions.find((one) => one.session === id && one.kind !== "report" && one.state !== "answer");
    if (ask === "report") {
      if (!Object.keys(given).length) return undefined;
      telling = report(key ? "stop" : "before", { key, at: now });
      tell(telling, given, now);
      return afterDanger();
    }
    // A follow-up, or the answer of a second tab to a session that was finished: what it says of dangers is added to the
    // session, or is a report if that was sent.
    if (ask === "follow-up" || (!session && known && isFinished(known))) {
      const isHere = session?.session === id && id;
      telling = isHere ? session : known && known.state !== "sent" ? known : report("stop", { at: now });
      tell(telling, given, now);
      const isGrave = telling.danger || telling.holds.length > 0;
      if (isGrave) return isHere && !followUps(telling).length ? "found" : afterDanger();
      return telling === known ? "advice" : undefined;
    }
    if (!session) open(id);
    if (item && !session.items.includes(item)) session.items.unshift(item);
    // An effort or a reason implies an outcome that only the server has.
    const outcome = { effort: "done", why: "not_today" }[ask];
    if (outcome && getEntry(item)?.outcome !== outcome) answers.step(asForm({ outcome }), item);
    return answers[ask](form, item);
  };
  const applyAnswers = async () => {
    let to;
    await takeFromWorker(store);
    for (const answer of (await store.all()).filter((one) => one.state === "answer")) {
      const before = telling;
      now = answer.started_at; // it was told then
      try {
        const following = await applyAnswer(answer);
        to = following ?? to;
        if (session) await save(session);
        if (telling && telling !== before && following) await save(telling);
        await store.remove(answer.key);
      } catch {
        await store.put({ ...answer, state: "refused" }); // says to call the clinic
      }
      now = undefined;
      sessions = await store.all();
    }
    return to;
  };

  const actions = {
    start: begin,
    "carry-on": () => (session ? show(next()) : begin()),
    "check-in": async () => {
      if (!session) await begin();
      show("check-in");
    },
    "go-on": () => show(session ? next() : "home"),
    sugar: () => show("sugar"),
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
  for (const name of ["online", "offline"]) addEventListener(name, draw.connection);

  const start = async () => {
    await store.removeOtherAccounts(data.tag);
    sessions = await store.all();
    session = sessions.find((one) => one.state === "open") ?? null;
    knownAtStart = new Set(sessions.filter((one) => one.synced).map((one) => one.key));
    if (session) tell(session, {}); // stored by an older page
    const isStop = location.pathname === page.dataset.stop;
    const locks = navigator.locks ?? { request: (_name, work) => work() };
    const following = await locks.request("surefoot-answers", applyAnswers);
    find("[data-not-saved]").hidden = !isLost;
    history.replaceState({ screen: "home" }, "", isStop ? page.dataset.today : location.pathname);
    // A session of an earlier day is not continued, only checked in.
    const isOld = session && Date.now() - new Date(session.started_at) > 1000 * data.left_behind_after;
    const isLeft = isOld && isFromEarlierDay(session);
    if (following) showAdvice(following);
    else show(isLeft ? "check-in" : isStop ? "stop" : "home", { remember: Boolean(isLeft || isStop) });
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
