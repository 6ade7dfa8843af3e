/* Update the elements of the page to those that the server sent, and leave equal ones alone: the focus, the scroll
   position, open details and the text being typed are unchanged. Elements with the same id are the same element, even
   if they have moved. */
"use strict";
const morph = (() => {
  const isField = (node) => /^(INPUT|SELECT|TEXTAREA)$/.test(node.nodeName);
  const isSame = (old, fresh) => old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && !old.id && !fresh.id;

  /** Update `old` to `fresh`, an element of the same kind. `keeps(field)` returns true for fields whose value stays. */
  function morph(old, fresh, keeps) {
    for (const { name } of [...old.attributes]) {
      const isOpen = name === "open" && old.nodeName === "DETAILS";
      if (!fresh.hasAttribute(name) && !isOpen) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      const isKept = name === "value" && keeps(old);
      if (old.getAttribute(name) !== value && !isKept) old.setAttribute(name, value);
    }
    if (isField(old) && keeps(old)) return;
    if (old.nodeName !== "TEXTAREA") children(old, fresh, keeps);
    if (old.type === "checkbox" || old.type === "radio") old.checked = fresh.checked;
    else if (isField(old) && old.value !== fresh.value) old.value = fresh.value;
  }

  function children(old, fresh, keeps) {
    const known = new Map([...old.children].filter((one) => one.id).map((one) => [one.id, one]));
    let next = old.firstChild;
    for (const node of [...fresh.childNodes]) {
      const match = known.get(node.id) ?? (next && isSame(next, node) ? next : null);
      if (match === null) {
        old.insertBefore(node, next);
        continue;
      }
      if (match === next) next = next.nextSibling;
      else old.insertBefore(match, next);
      if (match.nodeType === Node.ELEMENT_NODE) morph(match, node, keeps);
      else if (match.data !== node.data) match.data = node.data;
    }
    while (next) {
      const gone = next;
      next = next.nextSibling;
      gone.remove();
    }
  }

  return (old, fresh, keeps) => {
    const focused = document.activeElement;
    morph(old, fresh, keeps);
    if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
  };
})();
