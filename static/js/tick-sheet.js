/* "All of the day" shows at once what the server would do with it, and lets single boxes be taken out again. */
"use strict";
for (const sheet of document.querySelectorAll("[data-tick-sheet]")) {
  const boxesOf = (day) => {
    const boxes = [...sheet.querySelectorAll(`[data-day="${day}"]`)];
    const asked = boxes.filter((box) => "asked" in box.dataset);
    return asked.length ? asked : boxes;
  };
  sheet.addEventListener("change", (event) => {
    const box = event.target;
    if (box.dataset.all) {
      for (const each of boxesOf(box.dataset.all)) each.checked = box.checked;
    } else if (box.dataset.day) {
      const all = sheet.querySelector(`[data-all="${box.dataset.day}"]`);
      if (all && !box.checked) all.checked = false;
    }
  });
}
