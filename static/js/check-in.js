// What the answers of a check-in mean, read from the tables that the page brings (patients/sessions/): no question, no
// threshold and no order of screens stands here. The same tables are read on the server by Told.holds and next_screen.
self.surefootCheckIn = (() => {
  // Is a condition met? `says`: question id -> "yes", "no", a number or the value of a choice, as forms send them.
  const isMet = (told, says) => {
    const answer = says[told.question] ?? null;
    if (answer === null || answer === "") return false;
    if (told.one_of) return told.one_of.includes(answer);
    if (told.at_least === undefined && told.below === undefined && !told.above) return answer === "yes";
    const number = Number(answer);
    const other = told.above ? says[told.above] ?? null : null;
    return (
      (told.at_least === undefined || number >= told.at_least) &&
      (told.below === undefined || number < told.below) &&
      (!told.above || (other !== null && number - Number(other) >= told.by))
    );
  };
  const all = (conditions, says) => conditions.every((told) => isMet(told, says));
  const any = (conditions, says) => conditions.some((told) => isMet(told, says));
  // The screen that comes next; "next" when nothing special follows the answer to `after`.
  const nextScreen = (flow, facts, after = null) =>
    flow.find(
      (turn) =>
        turn.after === after && turn.when.every((fact) => facts[fact]) && !turn.unless.some((fact) => facts[fact]),
    )?.to ?? "next";
  return { all, any, nextScreen };
})();
