/* The plan in the plan builder: edit doses in place, drag lines, select several at once, undo with Ctrl+Z.
   Each of these can also be done with a button or field. */
"use strict";
(() => {
  if (draft === null) return;
  const { form } = draft;
  const items = () => [...form.querySelectorAll(".item")];
  const summaryOf = (item) => item?.querySelector(".item-details > summary");
  const isText = (field) => field.matches("input:not([type=checkbox]):not([type=radio]), textarea");

  // --- A dose, in place --------------------------------------------------------------------------------------------

  /** Open the fields of a line and select the first number of its dose, other than the sets if there is one. */
  function open(key) {
    const details = document.getElementById(`d-${key}`);
    if (!details) return;
    details.open = true;
    const numbers = [...details.querySelectorAll(".dose-number")];
    const first = numbers.find((field) => field.value && !field.name.endsWith("-sets")) ?? numbers[0];
    first.focus();
    first.select();
    details.closest(".item").scrollIntoView({ block: "nearest" });
  }
  draft.open = open;

  form.addEventListener("click", (event) => {
    const details = event.target.closest(".item-details > summary")?.parentElement;
    if (details && !details.open) {
      event.preventDefault();
      open(details.id.slice(2));
    }
  });

  form.addEventListener("keydown", (event) => {
    const details = event.target.closest(".item-details");
    if (event.key !== "Escape" || !details) return;
    event.preventDefault();
    if (!details.open) return void draft.backToSearch();
    draft.save();
    details.open = false;
    draft.backToSearch();
  });

  // --- Focus after a response --------------------------------------------------------------------------------------

  // If the focused line is gone, the focus goes to the line at the same place in the list.
  let place = -1;
  form.addEventListener("focusin", (event) => {
    place = items().indexOf(event.target.closest(".item"));
  });
  document.addEventListener("draft:answer", () => {
    if (document.activeElement !== document.body || place < 0) return;
    const all = items();
    (summaryOf(all[Math.min(place, all.length - 1)]) ?? document.getElementById("exercises")).focus();
  });

  // --- Undo --------------------------------------------------------------------------------------------------------

  document.addEventListener("keydown", (event) => {
    const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    if (!isUndo || (isText(event.target) && event.target.value)) return;
    event.preventDefault();
    draft.submitAction(document.getElementById("draft-undo"));
  });

  // --- Selecting several -------------------------------------------------------------------------------------------

  form.addEventListener("click", (event) => {
    const kind = event.target.closest("[data-pick]")?.dataset.pick;
    if (kind === undefined) return;
    const boxes = [...form.querySelectorAll("[name=pick]")].filter((box) => !kind || box.dataset.kind === kind);
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });

  // --- Sticky elements ---------------------------------------------------------------------------------------------

  // The library sticks right below the totals, so it needs their height.
  const top = document.getElementById("draft-top");
  new ResizeObserver(() => form.style.setProperty("--sticky-height", `${top.offsetHeight}px`)).observe(top);

  // --- Dragging ----------------------------------------------------------------------------------------------------

  let dragged = null;
  form.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".item-handle");
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    dragged = { item: handle.closest(".item"), order: items(), handle };
    handle.setPointerCapture(event.pointerId);
    dragged.item.classList.add("is-blocked");
  });
  form.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const over = items().find((item) => item !== dragged.item && isInside(event.clientY, item.getBoundingClientRect()));
    if (!over) return;
    const isBelow = dragged.item.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
    over[isBelow ? "after" : "before"](dragged.item);
  });
  function isInside(y, { top, height }) {
    return y > top + height / 4 && y < top + (3 * height) / 4;
  }
  function drop(event) {
    if (!dragged) return;
    const { item, order } = dragged;
    dragged = null;
    item.classList.remove("is-blocked");
    if (event.type === "pointercancel") order.forEach((one) => one.parentElement.append(one));
    else if (items().some((one, index) => one !== order[index])) {
      draft.changed("exercise");
      draft.save();
    }
  }
  form.addEventListener("pointerup", drop);
  form.addEventListener("pointercancel", drop);
})();
