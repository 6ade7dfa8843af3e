// Progress of the session on the offline page: its exercises, their answers, and the next screen by the flow of screens.
// `kinds` returns the holds in force, `getSession` the open session.
self.surefootProgress = ({ data, day, advice, screens, kinds, getSession }) => {
  const { nextScreen } = self.surefootCheckIn;

  const getEntry = (item) => getSession().entries.find((entry) => entry.item === item);
  const items = () => {
    const held = kinds();
    return getSession().items.filter((item) => getEntry(item) || day.isPossible(item, held));
  };
  const isAnswered = (item) => {
    const entry = getEntry(item);
    return Boolean(entry && (entry.outcome !== "done" || entry.effort || !screens.has(`effort:${item}`)));
  };
  // Returns the name of a screen of the flow; screens such as "step" have one for each exercise.
  const screenOf = (name, item) => (screens.has(`${name}:${item}`) ? `${name}:${item}` : name);
  const factsOf = (one, item) => ({
    ...day.factsOf(one),
    advised: advice.isDue(one),
    all_answered: !item,
    needs_effort: Boolean(item && getEntry(item)),
    replaced: Boolean(item) && day.isKeptAway(item, kinds()),
  });
  const next = () => {
    const item = items().find((one) => !isAnswered(one));
    return screenOf(nextScreen(data.flow, factsOf(getSession(), item)), item);
  };
  // Returns the screen directly after an answer.
  const after = (screen, facts, item) => {
    const name = nextScreen(data.flow, facts, screen);
    return name === "next" ? next() : screenOf(name, item);
  };
  // Returns the screen after what was told in a session or a report.
  const afterTelling = (ask, one) => {
    if (day.followUps(one).length) return "follow-up";
    if (one.kind === "report" || !getSession()) return "advice";
    return after(ask, factsOf(one, items()[0]));
  };
  return { getEntry, items, isAnswered, factsOf, next, after, afterTelling };
};
