// Drawing of parts of the offline page: the connection, one exercise, and the status of sending.
// `day` is surefootDay of the same data.
self.surefootDraw = (page, data, day) => {
  const { all } = self.surefootCheckIn;
  const find = (selector) => page.querySelector(selector);

  const connection = () => {
    for (const one of page.querySelectorAll("[data-offline-only]")) one.hidden = navigator.onLine;
    for (const one of page.querySelectorAll("[data-online-only]")) one.hidden = !navigator.onLine;
  };
  // `items`: the exercises of the list; `told`: the records that the server did not know when it made this page.
  const home = (state, items, told) => {
    for (const note of page.querySelectorAll("[data-after-answer]"))
      note.hidden = !told.some((one) => day.answersOf(one)[note.dataset.afterAnswer] === "yes");
    for (const one of page.querySelectorAll("[data-screen=home] [data-when]")) one.hidden = !one.dataset.when.split(" ").includes(state);
    for (const row of page.querySelectorAll("[data-row]")) row.hidden = !items.includes(row.dataset.row);
    for (const one of page.querySelectorAll("[data-date]")) one.hidden = one.dataset.date !== day.today();
    find("[data-list]")?.toggleAttribute("hidden", state === "rest" || !items.length);
    connection();
  };
  // `shown`: the exercises of the session, in order; `isAnswered`: whether one of them has its whole answer.
  const step = (screen, session, shown, item, isAnswered) => {
    const number = shown.indexOf(item) + 1;
    screen.querySelector("[data-number]").textContent = page.dataset.of
      .replace("{n}", number)
      .replace("{total}", shown.length);
    const bar = screen.querySelector("progress[data-steps]");
    bar.max = shown.length;
    bar.value = shown.filter(isAnswered).length;
    for (const one of page.querySelectorAll("[data-sugar-advice]"))
      one.hidden = number !== 1 || !all(JSON.parse(one.dataset.applies), session.told);
    const usual = data.pain.usual_pain ?? session.pain_before;
    const isUp = session.pain_before - usual >= data.check_in.pain_change;
    screen.querySelector("[data-pain-is-up]").hidden = !(number === 1 && isUp);
    const said = screen.querySelector("[data-said]");
    const outcome = session.entries.find((entry) => entry.item === item)?.outcome;
    said.hidden = !outcome;
    const button = outcome && screen.querySelector(`[data-said-as][value=${outcome}]`);
    if (button) said.textContent = page.dataset.again.replace("{answer}", button.dataset.saidAs);
  };

  // What became of a record; null for a session that goes on without a danger.
  const getArrival = (one) => {
    if (one.volatile) return "volatile";
    if (one.state !== "open") return one.state;
    if (!one.danger) return null;
    return self.surefootStore.waiting([one]).length ? "waiting" : "sent";
  };
  // "Saved on this phone", then "sent". `arrived`: the record whose advice is shown, if it is stored.
  const queue = (sessions, arrived) => {
    const list = find("[data-queue-list]");
    find("[data-not-kept]").hidden = self.surefootStore.isKept(sessions);
    const rows = sessions.filter((one) => !["open", "answer"].includes(one.state)).map((one) => {
      const state = one.volatile ? "volatile" : one.state;
      const lines = [`${day.formatDay(one.started_at)}: ${list.dataset[state]}`, ...(one.notes ?? [])];
      return Object.assign(document.createElement("li"), { textContent: lines.join(" ") });
    });
    list.replaceChildren(...rows);
    const place = find("[data-arrival]");
    const state = arrived && getArrival(arrived);
    const lines = state ? [place.dataset[state], ...(arrived.notes ?? [])] : [];
    place.replaceChildren(...lines.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    find("[data-help-only]").hidden = !state || state === "sent" || find("[data-get-help]").hidden;
  };
  return { connection, home, step, queue };
};
