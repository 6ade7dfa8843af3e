// Reads the day on the offline page: what was told, which holds it begins, and which exercises are left. The rules come as
// data (check_in_data and get_snapshot in patients/sessions/offline/snapshot.py); none is defined here.
self.surefootDay = (data) => {
  const { all, any } = self.surefootCheckIn;
  const table = data.check_in;
  const DAY_MS = 24 * 60 * 60 * 1000;

  // --- Days, in the patient's time zone. A date is put together from its parts, since browsers write a whole date in
  // --- different ways. A phone that does not know the zone counts in its own.
  const zone = (() => {
    try {
      return new Intl.DateTimeFormat("en", { timeZone: data.zone }).resolvedOptions().timeZone;
    } catch {
      return undefined;
    }
  })();
  const inParts = new Intl.DateTimeFormat("en", {
    timeZone: zone, calendar: "gregory", numberingSystem: "latn", year: "numeric", month: "2-digit", day: "2-digit",
  });
  const dayOf = (moment) => {
    const parts = Object.fromEntries(inParts.formatToParts(moment).map(({ type, value }) => [type, value]));
    return `${parts.year}-${parts.month}-${parts.day}`;
  };
  const today = () => dayOf(new Date());
  const isFromEarlierDay = (one) => dayOf(new Date(one.started_at)) !== today();
  const formatDay = (moment) =>
    new Intl.DateTimeFormat(document.documentElement.lang, {
      timeZone: zone, weekday: "long", day: "numeric", month: "long",
    }).format(new Date(moment));

  // --- Answers. Older pages stored a new sore as `sore`, and those of the check-in apart.
  const answersOf = (one) => ({ ...one.check_in, ...(one.sore ? { new_sore: "yes" } : {}), ...one.told });
  const hardest = ({ entries = [] }) => table.efforts.filter((effort) => entries.some((entry) => entry.effort === effort)).at(-1);
  // The answers with all that conditions compare them with.
  const says = (one) => ({
    usual_pain: one.pain_before ?? null,
    ...data.pain,
    ...answersOf(one),
    pain_before: one.pain_before ?? null,
    effort: hardest(one),
  });
  const isDanger = (one) => any(table.dangers, says(one));
  const isDangerIn = (one, name) => any(table.dangers.filter(({ question }) => question === name), says(one));
  // The answers that count by themselves while others are missing: a danger, or one that begins a hold.
  const countsAlone = (one, given) => {
    const whole = { ...one, told: { ...answersOf(one), ...given } };
    const told = says(whole);
    const begins = (name) => table.holds.some(({ when }) => when.some(({ question }) => question === name) && all(when, told));
    return Object.fromEntries(Object.entries(given).filter(([name]) => isDangerIn(whole, name) || begins(name)));
  };
  const followUps = (one) => {
    const told = says(one);
    return table.follow_ups.filter(({ id, only_if }) => (told[id] ?? "") === "" && all(only_if, told)).map(({ id }) => id);
  };

  // The facts that a record alone tells, for the flow of screens.
  const factsOf = (one) => ({
    finished: one.state !== "open",
    pain_told: one.pain_before !== null,
    ready_told: "ill" in one.told,
    sugar_due: table.sugar.length > 0 && !one.told.sugar,
    follow_up_open: followUps(one).length > 0,
    danger: isDanger(one),
    answered: (one.entries ?? []).length > 0,
  });

  // --- Holds. They begin with the answer. Those that a person of the team has to end stay with the record, also when it
  // --- was sent.
  const isOver = ({ until, at }) => {
    if (until === "one_day") return Date.now() - new Date(at) > DAY_MS;
    return until === "end_of_day" && dayOf(new Date(at)) !== today();
  };
  // A hold counts from when its answers were told. `told_at` is missing in records of older pages.
  const begunAt = (one, rule) => {
    const times = rule.when.map(({ question }) => one.told_at?.[question]).filter(Boolean).sort();
    const known = (one.holds ?? []).find((hold) => isSame(hold, rule));
    return times.at(-1) ?? known?.at ?? new Date().toISOString();
  };
  // Holds that older pages stored have no question.
  const isSame = (one, other) =>
    one.kind === other.kind && one.until === other.until && (one.question ?? other.question) === (other.question ?? one.question);
  const holdsOf = (one) => {
    const told = says(one);
    const begun = table.holds
      .filter(({ when }) => all(when, told))
      .map((rule) => ({ question: rule.question, kind: rule.kind, until: rule.until, at: begunAt(one, rule) }));
    const ended = endedHoldsOf(one);
    const earlier = (one.holds ?? []).filter((hold) => !ended.includes(hold));
    // The same hold counts from the last time.
    const live = [...begun, ...earlier].filter((hold) => !isOver(hold)).sort((one, other) => other.at.localeCompare(one.at));
    return live.filter((hold, index) => live.findIndex((other) => isSame(hold, other)) === index);
  };
  // The new answers that end a hold: none on the day of one that stays until a later day.
  const recheckOf = (hold) => {
    if (hold.until === "later_day" && dayOf(new Date(hold.at)) >= today()) return null;
    const rows = table.holds.filter(({ kind, until }) => kind === hold.kind && until === hold.until);
    return (rows.find(({ question }) => question === hold.question) ?? rows[0])?.recheck ?? null;
  };
  // The holds of a record that its answers end, such as a low of blood sugar that was treated.
  const endedHoldsOf = (one) => {
    const told = says(one);
    return (one.holds ?? []).filter((hold) => recheckOf(hold)?.ends_when.some((conditions) => all(conditions, told)));
  };
  // The questions that are asked again to end the holds of a session; none if a hold of these kinds stays, such as one of
  // another record. Only the server ends those that it has begun.
  const askedAgain = (one, others) => {
    const rechecked = ["sugar", "ketones"];
    const found = (one?.holds ?? []).filter((hold) => rechecked.includes(hold.kind) && !isOver(hold)).map(recheckOf);
    if (found.includes(null) || liveKinds(others).some((kind) => rechecked.includes(kind))) return [];
    const asked = found.flatMap(({ asks }) => asks);
    return rechecked.filter((name) => asked.includes(name));
  };
  // The questions about blood sugar: those before the first exercise, or those that may end a hold.
  const askedOfSugar = (one, others) => {
    const again = askedAgain(one, others);
    return again.length ? again : table.sugar;
  };
  // Records that older pages sent have only `rest` and `hold`, which count until the end of the day.
  const holdsOfOlder = ({ rest, hold, sent_at: at }) => [
    ...(rest ? [{ kind: "all", until: "end_of_day", at }] : []),
    ...(hold ? [{ kind: "standing", until: "end_of_day", at }] : []),
  ];
  const liveKinds = (records) => {
    const told = records
      .flatMap((one) => one.holds ?? (one.state === "sent" ? holdsOfOlder(one) : holdsOf(one)))
      .filter((hold) => !isOver(hold));
    const known = data.live.filter(({ ends_at }) => !ends_at || new Date(ends_at) > new Date());
    return [...new Set([...told, ...known].map(({ kind }) => kind))];
  };
  const isKeptAway = (item, kinds) => kinds.some((kind) => data.held[kind]?.includes(item));
  const isPossible = (item, kinds) =>
    kinds.every((kind) => !data.held[kind]?.includes(item) || data.instead[kind].includes(item));
  const scheduledItems = (kinds) => (data.days[today()] ?? []).filter((item) => isPossible(item, kinds));
  const isPlanned = () => (data.days[today()] ?? []).length > 0;

  // What a record says of dangers and holds, to be compared.
  const gravity = (one) => one && JSON.stringify([one.danger, (one.holds ?? []).map(({ kind, until }) => kind + until).sort()]);

  // The signs that are asked before the first exercise: the feet once a day, unless something told today changes them.
  const ofToday = (records) => records.filter((one) => !isFromEarlierDay(one));
  const isChanged = (records) => ofToday(records).some((one) => table.feet_again.some((name) => answersOf(one)[name] === "yes"));
  const askedBefore = (others) => {
    const isChecked = data.feet === today() || ofToday(others).some(({ feet }) => feet);
    return table.ready.filter((name) => isChanged(others) || !isChecked || !table.feet.includes(name));
  };
  // The questions at the end, without those that a no before the exercises has answered.
  const askedAtEnd = (one, others) => {
    const isAskedAgain = one.danger || isFromEarlierDay(one) || isChanged(others);
    return table.asked.filter((name) => isAskedAgain || !(table.stands.includes(name) && one.told[name] === "no"));
  };

  // --- The state of the day, from all records on this phone; `session` is the open one, if there is one.
  const isFinished = (one) => ["waiting", "refused", "sent"].includes(one.state) && one.kind !== "report";
  // The session that is open on the server, unless it was finished on this phone.
  const getOpenSession = (records) => {
    const isFinishedHere = records.some((one) => one.session === data.session?.id && isFinished(one));
    return data.session?.day === today() && !isFinishedHere ? data.session : null;
  };
  const isDone = (records) => data.done === today() || records.some((one) => isFinished(one) && !isFromEarlierDay(one));
  const getState = (session, records, kinds) => {
    if (session) return "open";
    const left = scheduledItems(kinds);
    if (data.resting === today() || (isPlanned() && !left.length)) return "rest";
    if (!left.length) return "none";
    return isDone(records) ? "done" : getOpenSession(records) ? "open" : "start";
  };

  return {
    today, isFromEarlierDay, formatDay, answersOf, says, isDanger, isDangerIn, countsAlone, followUps, factsOf, holdsOf,
    endedHoldsOf, askedAgain, askedOfSugar, askedBefore, askedAtEnd, liveKinds, isKeptAway, isPossible, scheduledItems, isPlanned,
    isFinished, getOpenSession, getState, gravity,
  };
};
