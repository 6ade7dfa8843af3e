// Date fields of the team: the date is shown in words below its field while it is typed, so that a day and a month in the
// wrong order are seen. Without this script the words come with the next page.
(() => {
  const inWords = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });
  const wordsOf = (text, isMonthFirst) => {
    const iso = text.match(/^(\d{4})-(\d{1,2})-(\d{1,2})$/);
    const typed = text.match(isMonthFirst ? /^(\d{1,2})[/ -](\d{1,2})[/ -](\d{4})$/ : /^(\d{1,2})[/ .-](\d{1,2})[/ .-](\d{4})$/);
    if (!iso && !typed) return "";
    const [first, second, third] = (iso ?? typed).slice(1).map(Number);
    const [year, month, day] = iso ? [first, second, third] : isMonthFirst ? [third, first, second] : [third, second, first];
    const date = new Date(Date.UTC(year, month - 1, day));
    return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? inWords.format(date) : "";
  };
  // On the document, since the plan builder replaces its fields.
  document.addEventListener("input", ({ target }) => {
    if (!target.dataset?.dateWords) return;
    const words = target.parentElement.querySelector(".date-words");
    if (words) words.textContent = wordsOf(target.value.trim(), target.dataset.dateWords === "month");
  });
})();
