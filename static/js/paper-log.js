/* Checking "All of the day" checks the boxes that the server would count as done, so that single ones can be unchecked. */
"use strict";
for (const sheet of document.querySelectorAll("[data-paper-log]")) {
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
