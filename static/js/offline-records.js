// Sessions and reports as records on a phone: made, told of, and finished. `day` is surefootDay of the same data.
self.surefootRecords = (data, day) => {
  const store = self.surefootStore;
  const { isChoice } = store;
  const table = data.check_in;

  // A reading replaces the one before. A danger that it replaces, and that was not sent yet, becomes a report.
  const keepReplaced = (one, given) => {
    const sent = JSON.parse(one.sent_told ?? "{}");
    for (const [name, answer] of Object.entries(one.told))
      if ((given[name] ?? answer) !== answer && isChoice(answer) && sent[name] !== answer && day.isDangerIn(one, name)) {
        const earlier = report("before", { at: one.told_at?.[name] ?? one.started_at });
        tell(earlier, { [name]: answer }, earlier.started_at);
        store.put(earlier);
      }
  };
  // Adds answers to a session or report, with the time of telling, and begins their holds. A danger that was told is
  // never withdrawn.
  const tell = (one, given, at = new Date().toISOString()) => {
    one.told = { ...one.told }; // missing in records of older pages
    one.told_at = { ...one.told_at };
    keepReplaced(one, given);
    // The ketones of an earlier reading count no more, unless they are a danger.
    for (const { id, only_if, again } of table.follow_ups)
      if (again && !(id in given) && id in one.told && only_if.some(({ question }) => question in given) && !day.isDangerIn(one, id)) {
        delete one.told[id];
        one.told_at[id] = at;
      }
    const known = day.answersOf(one);
    for (const [name, answer] of Object.entries(given))
      if ((answer ?? "") !== "" && (known[name] !== answer || isChoice(answer))) one.told_at[name] = at;
    one.told = store.keepWorst(one.worst_is_no, known, given);
    one.ended = [...(one.ended ?? []), ...day.endedHoldsOf(one).map(store.nameHold)];
    one.holds = day.holdsOf(one);
    one.danger = day.isDanger(one);
    if (one.state === "open") return;
    one.state = "waiting"; // sent again, with the new answers
    if (one.kind !== "report") finish(one);
  };
  const finish = (one) => {
    one.check_in = day.answersOf(one);
    one.asked = Object.keys(one.check_in);
    one.holds = day.holdsOf(one);
    one.finished_at ??= new Date().toISOString();
    one.state = "waiting";
  };
  // `at`: when it began; undefined for now. `key`: the one that the server knows, if there is one.
  const record = ({ at = new Date().toISOString(), key, ...fields }) => ({
    key: key || store.newKey(),
    tag: data.tag,
    started_at: at,
    told: {},
    worst_is_no: table.worst_is_no,
    ...fields,
  });
  // A session that begins on this phone, or goes on from `openSession`, which is open on the server, or null.
  const openRecord = (openSession, { id, at }) => {
    const version = openSession?.version ?? data.version;
    const isCurrent = version === data.version;
    const session = record({
      at,
      state: "open",
      version,
      session: id ?? openSession?.id ?? null,
      pain_before: openSession?.pain_before ?? null,
      // If the plan has changed, no more exercises are shown; the answers given are sent.
      items: isCurrent ? day.scheduledItems([]).filter((item) => !openSession?.answered.includes(item)) : [],
      entries: openSession?.entries ?? [],
      undone: [], // answers that the server may have, to be deleted unless they are given again
      feet: openSession?.feet ? new Date().toISOString() : null,
    });
    tell(session, openSession?.told ?? {});
    session.sent_told = JSON.stringify(session.told); // the server has these
    return session;
  };
  const report = (place, { reason = "", ...fields } = {}) => record({ kind: "report", state: "waiting", place, reason, ...fields });
  return { tell, finish, record, openRecord, report };
};
