// Date fields: a full field moves the focus to the next one, and a date pasted into any field fills all three. Without
// this script each field is filled by hand, and the server parses a whole date in one field as well.
(() => {
  const FULL = [2, 2, 4];
  const wholeDate = (text) => {
    const found = text.trim().match(/^(\d{1,2})\D+(\d{1,2})\D+(\d{4})$/) || text.trim().match(/^(\d{2})(\d{2})(\d{4})$/);
    if (found) return found.slice(1);
    const yearFirst = text.trim().match(/^(\d{4})\D+(\d{1,2})\D+(\d{1,2})$/);
    return yearFirst ? yearFirst.slice(1).reverse() : null;
  };

  for (const group of document.querySelectorAll("[data-date]")) {
    const boxes = [...group.querySelectorAll("input")];
    const fill = (parts) => {
      boxes.forEach((box, index) => { box.value = parts[index]; });
      boxes[2].focus();
    };
    boxes.forEach((box, index) => {
      const next = boxes[index + 1];
      let before = box.value;
      box.addEventListener("focus", () => { before = box.value; });
      box.addEventListener("paste", (event) => {
        const parts = wholeDate(event.clipboardData?.getData("text") ?? "");
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
        const parts = wholeDate(box.value);
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
