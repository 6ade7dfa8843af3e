// Evaluates the conditions and the flow of screens that the page contains as data (from patients/sessions/). No
// question, threshold or order of screens is defined here. On the server, Condition.holds and next_screen do the same.
self.surefootCheckIn = (() => {
  // Returns whether a condition is met. `answers`: question id -> "yes", "no", a number or the value of a choice, as
  // forms send them.
  const isMet = (condition, answers) => {
    const answer = answers[condition.question] ?? null;
    if (answer === null || answer === "") return false;
    if (condition.is_no) return answer === "no";
    if (condition.one_of) return condition.one_of.includes(answer);
    if (condition.at_least === undefined && condition.below === undefined && !condition.above) return answer === "yes";
    const number = Number(answer);
    const other = condition.above ? answers[condition.above] ?? null : null;
    return (
      (condition.at_least === undefined || number >= condition.at_least) &&
      (condition.below === undefined || number < condition.below) &&
      (!condition.above || (other !== null && number - Number(other) >= condition.by))
    );
  };
  const all = (conditions, answers) => conditions.every((condition) => isMet(condition, answers));
  const any = (conditions, answers) => conditions.some((condition) => isMet(condition, answers));
  // Returns the next screen, or "next" if no row applies to the answer to `after`.
  const nextScreen = (flow, facts, after = null) =>
    flow.find(
      (turn) =>
        turn.after === after && turn.when.every((fact) => facts[fact]) && !turn.unless.some((fact) => facts[fact]),
    )?.to ?? "next";
  // Puts the emergency call below the title of the first advice if that says to call, otherwise below the words that say when
  // to call (`named`: the advice with such words, if one is shown), or among the other calls.
  const placeEmergencyCall = (call, firstAdvice, calls, named) => {
    if (firstAdvice?.dataset.tier === "1") firstAdvice.querySelector("h2").after(call);
    else if (named) named.append(call);
    else calls.prepend(call);
  };
  // A doctor's plan for known chest pain is not shown if another sign calls for the emergency number too.
  const showPlans = (advice) => {
    const emergencies = advice.filter((row) => row.dataset.tier === "1");
    for (const row of emergencies)
      for (const plan of row.querySelectorAll(".instruction")) plan.hidden = emergencies.length > 1;
  };
  return { all, any, nextScreen, placeEmergencyCall, showPlans };
})();
