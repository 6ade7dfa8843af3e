// Date fields: a full field moves the focus to the next one, a date pasted into any field fills all three, and the date is
// shown in words below them. Without this script each field is filled by hand, and the server parses a whole date in one
// field as well. The fields stand in the order of the clinic's region, the year last.
(() => {
  const FULL = [2, 2, 4];
  const inWords = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });
  // As the server does, a month over 12 is read as the day.
  const wordsOf = (boxes) => {
    const [day, month, year] = ["day", "month", "year"].map((name) => boxes.find((box) => box.name === name).value.trim());
    if (![day, month].every((text) => /^\d{1,2}$/.test(text)) || !/^\d{4}$/.test(year)) return "";
    const [d, m] = month > 12 && day <= 12 ? [month, day] : [day, month];
    const date = new Date(`${year}-${m.padStart(2, "0")}-${d.padStart(2, "0")}T00:00Z`);
    return date.getUTCDate() === Number(d) ? inWords.format(date) : "";
  };
  const wholeDate = (text, isMonthFirst) => {
    const found = text.trim().match(/^(\d{1,2})\D+(\d{1,2})\D+(\d{4})$/) || text.trim().match(/^(\d{2})(\d{2})(\d{4})$/);
    if (found) return found.slice(1);
    const yearFirst = text.trim().match(/^(\d{4})\D+(\d{1,2})\D+(\d{1,2})$/);
    if (!yearFirst) return null;
    const [, year, month, day] = yearFirst;
    return isMonthFirst ? [month, day, year] : [day, month, year];
  };

  for (const group of document.querySelectorAll("[data-date]")) {
    const boxes = [...group.querySelectorAll("input")];
    const isMonthFirst = boxes[0].name === "month";
    const words = group.querySelector("[data-date-word]");
    const showWords = () => { words.textContent = wordsOf(boxes); };
    const fill = (parts) => {
      boxes.forEach((box, index) => { box.value = parts[index]; });
      boxes[2].focus();
      showWords();
    };
    group.addEventListener("input", showWords);
    boxes.forEach((box, index) => {
      const next = boxes[index + 1];
      let before = box.value;
      box.addEventListener("focus", () => { before = box.value; });
      box.addEventListener("paste", (event) => {
        const parts = wholeDate(event.clipboardData?.getData("text") ?? "", isMonthFirst);
        if (!parts) return;
        event.preventDefault();
        fill(parts);
      });
      box.addEventListener("input", (event) => {
        // In 12/4/1950, the stroke is typed after the focus has moved to the next field.
        if (index && /^[\s./-]/.test(box.value)) box.value = box.value.replace(/^[\s./-]+/, "");
        const grown = box.value.length > before.length;
        before = box.value;
        // A keyboard may put a whole date in at once, without a paste.
        const parts = wholeDate(box.value, isMonthFirst);
        if (parts && box.value.length > FULL[index]) {
          fill(parts);
          return;
        }
        // Only text typed at the end moves the focus, so that a field can be corrected without losing it.
        const isTyped = event.inputType === "insertText" || event.inputType === "insertCompositionText";
        if (!next || !grown || !isTyped || box.selectionStart !== box.value.length) return;
        const typed = box.value.match(/^\s*(\d{1,2})[\s./-]$/);
        if (typed) box.value = before = typed[1];
        if (typed || /^\d{2}$/.test(box.value)) {
          next.focus();
          next.select();
        }
      });
      box.addEventListener("keydown", (event) => {
        if (event.key === "Backspace" && !box.value && index) {
          event.preventDefault();
          boxes[index - 1].focus();
        }
      });
    });
  }
})();
