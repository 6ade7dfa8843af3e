// Shows the advice for what was told, with the questions that it opens. Each row of the page has the conditions under which
// the server shows it.
self.surefootAdvice = (page, day) => {
  const { all, placeEmergencyCall, showPlans } = self.surefootCheckIn;
  const rows = [...page.querySelectorAll("[data-advice]")];
  const block = page.querySelector("[data-advice-rows]");
  const help = page.querySelector("[data-get-help]");
  const emergency = help.querySelector("[data-emergency]");
  const clinic = help.querySelector("[data-clinic]");

  // Of several for one question, only the first applies: the most urgent one.
  const isFirst = (row, place, found) =>
    found.findIndex((each) => each.dataset.questionOf === row.dataset.questionOf) === place;
  const applies = (row, told) => all(JSON.parse(row.dataset.applies), told);
  // Returns whether what was told calls for care, before the session is over.
  const isDue = (one) => rows.some((row) => row.dataset.tier && applies(row, day.answersOf(one)));
  // Returns whether these answers call for help: the emergency number, or the clinic the same day.
  const callsForHelp = (told) => rows.some((row) => ["1", "2"].includes(row.dataset.tier) && applies(row, told));
  // The calls stand right below the first advice, the emergency call in it. Only one button is the primary one: the call, or back to today.
  const showRows = (one) => {
    const told = day.says(one);
    const found = rows.filter((row) => applies(row, told)).filter(isFirst);
    // "You can start" is not shown beside an advice to take care.
    const care = found.filter((row) => row.dataset.tier);
    const shown = care.length ? care : found;
    for (const row of rows) row.hidden = !shown.includes(row);
    showPlans(shown);
    const tier = shown[0]?.dataset.tier;
    const title = !shown.length ? (one.kind === "report" ? "thanks" : "well") : "care";
    for (const each of page.querySelectorAll("[data-heading]")) each.hidden = each.dataset.heading !== title;
    help.hidden = !["1", "2"].includes(tier);
    const named = shown.find((row) => "mayBeEmergency" in row.dataset);
    emergency.hidden = tier !== "1" && !named;
    placeEmergencyCall(emergency, shown[0], clinic.parentElement, named);
    help.querySelector("[data-closed]").hidden = tier === "1";
    clinic.className = `btn ${tier === "1" ? "btn-outline-primary btn-wide" : "btn-primary btn-next"}`;
    shown[0]?.after(help);
    const home = page.querySelector("[data-do=home]");
    home.className = `btn ${help.hidden ? "btn-primary btn-next" : "btn-outline-primary btn-wide"}`;
  };
  // Fills a screen: advice, the words for a reason, and those of its questions that are asked.
  const show = (screen, one, asked) => {
    screen.querySelector("[data-advice-place]")?.append(block);
    showRows(one);
    self.surefootForms.showQuestions(screen, asked);
    for (const words of page.querySelectorAll("[data-words]"))
      words.hidden = one.danger || words.dataset.words !== one.reason;
    for (const title of page.querySelectorAll("[data-reason-heading]"))
      title.hidden = (title.dataset.reasonHeading === "foot") !== (one.reason === "foot");
  };
  return { isDue, callsForHelp, show };
};
