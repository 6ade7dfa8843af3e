// Sessions and reports as records on a phone: made, told of, and finished. `day` is surefootDay of the same data.
self.surefootRecords = (data, day) => {
  const store = self.surefootStore;
  const table = data.check_in;

  // Adds answers to a session or report, and begins their holds. A danger that was told is never withdrawn.
  const tell = (one, given) => {
    // The ketones of an earlier reading count no more, unless they are a danger.
    for (const { id, only_if, again } of table.follow_ups)
      if (again && !(id in given) && only_if.some(({ question }) => question in given) && !day.isDangerIn(one, id))
        delete one.told[id];
    one.told = store.keepWorst(one.worst_is_no, day.answersOf(one), given);
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
  const record = (fields) => ({
    key: crypto.randomUUID(),
    tag: data.tag,
    started_at: new Date().toISOString(),
    told: {},
    worst_is_no: table.worst_is_no,
    ...fields,
  });
  const report = (place, reason = "") => record({ kind: "report", state: "waiting", place, reason });
  return { tell, finish, record, report };
};
