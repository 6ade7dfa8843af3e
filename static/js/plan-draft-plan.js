/* The builder's plan: doses open in place, the order can be dragged, several are chosen at once, and Ctrl+Z undoes.
   Every one of these has a plain button or field that does the same. */
"use strict";
(() => {
  if (draft === null) return;
  const { form } = draft;
  const items = () => [...form.querySelectorAll(".item")];
  const summaryOf = (item) => item?.querySelector(".item-details > summary");
  const isText = (field) => field.matches("input:not([type=checkbox]):not([type=radio]), textarea");

  // --- A dose, in place --------------------------------------------------------------------------------------------

  /** Open the fields of a line with the first number of its dose at hand. */
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

  // --- After an answer ---------------------------------------------------------------------------------------------

  // Where the focus goes when what had it is gone: to the same place in the list.
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

  // --- Choosing several --------------------------------------------------------------------------------------------

  form.addEventListener("click", (event) => {
    const kind = event.target.closest("[data-pick]")?.dataset.pick;
    if (kind === undefined) return;
    const boxes = [...form.querySelectorAll("[name=pick]")].filter((box) => !kind || box.dataset.kind === kind);
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });

  // --- What sticks -------------------------------------------------------------------------------------------------

  // The library sticks right below the totals, however many lines they take.
  const top = document.getElementById("draft-top");
  new ResizeObserver(() => form.style.setProperty("--sticky-height", `${top.offsetHeight}px`)).observe(top);

  // --- Dragging ----------------------------------------------------------------------------------------------------

  let held = null;
  form.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".item-handle");
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    held = { item: handle.closest(".item"), order: items(), handle };
    handle.setPointerCapture(event.pointerId);
    held.item.classList.add("is-blocked");
  });
  form.addEventListener("pointermove", (event) => {
    if (!held) return;
    const over = items().find((item) => item !== held.item && isInside(event.clientY, item.getBoundingClientRect()));
    if (!over) return;
    const isBelow = held.item.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
    over[isBelow ? "after" : "before"](held.item);
  });
  function isInside(y, { top, height }) {
    return y > top + height / 4 && y < top + (3 * height) / 4;
  }
  function drop(event) {
    if (!held) return;
    const { item, order } = held;
    held = null;
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
