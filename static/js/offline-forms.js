// Reads the answers of a form on the offline page, and says which are missing.
self.surefootForms = (() => {
  // Fields of a form, as the page or the worker has read them.
  const readFields = (form, names) => Object.fromEntries(names.map((name) => [name, form.get(name) ?? ""]));
  const answered = (fields) => Object.fromEntries(Object.entries(fields).filter(([, answer]) => answer !== ""));
  const isSign = (name) => Boolean(document.querySelector(`[name=signs][value="${name}"]`));
  // The signs that the page of the form has listed: an online page may have listed others than this page asks.
  const listSigns = (form, asked) => (form.get("shown") ? form.get("shown").split(" ") : asked.filter(isSign));
  // Signs that were checked are yes. The others of the page are no, if anything was checked, or "None of these".
  const readSigns = (form, asked) => {
    const checked = [...form.getAll("signs"), form.get("sign")].filter(Boolean);
    const single = answered(readFields(form, asked));
    if (!checked.length && !form.get("none")) return single;
    const told = Object.fromEntries(listSigns(form, asked).map((name) => [name, "no"]));
    return { ...told, ...single, ...Object.fromEntries(checked.map((name) => [name, "yes"])) };
  };
  // Shows those questions of a screen that are asked now, without an answer.
  const showQuestions = (screen, asked) => {
    for (const question of screen.querySelectorAll("[data-question]")) {
      question.hidden = !asked.includes(question.dataset.question);
      for (const choice of question.querySelectorAll("input")) choice.checked = false;
    }
    screen.querySelector("[data-errors]")?.setAttribute("hidden", "");
  };
  // Lists only these signs of a screen; the others get no answer.
  const listOnly = (screen, asked) => {
    for (const box of screen.querySelectorAll("[name=signs]")) box.closest("label").hidden = !asked.includes(box.value);
    for (const group of screen.querySelectorAll(".signs [role=group]")) group.hidden = !group.querySelector("label:not([hidden]) [name=signs]");
    screen.querySelector("[name=shown]").value = asked.filter(isSign).join(" ");
  };
  // The answers of a form that the worker has stored, also to questions that only another version of the page asks.
  const readStored = (form, fields, asked) => {
    const { signs: _signs, none: _none, shown: _shown, ...single } = fields;
    return answered({ ...readSigns(form, asked), ...single });
  };
  // Shows which questions have no answer. Returns whether there are any.
  const showMissing = (form, missing) => {
    const errors = form.closest("[data-screen]").querySelector("[data-errors]");
    for (const one of errors.querySelectorAll("[data-error-for]")) one.hidden = !missing.includes(one.dataset.errorFor);
    errors.hidden = !missing.length;
    if (missing.length) errors.focus();
    return missing.length > 0;
  };
  const getMissing = (given, asked) =>
    [...new Set(asked.filter((name) => (given[name] ?? "") === "").map((name) => (isSign(name) ? "signs" : name)))];
  // Fields that the worker has stored, to be read like a form. A field may have several values.
  const asForm = (fields) => ({
    get: (name) => [fields[name] ?? null].flat()[0] ?? null,
    getAll: (name) => [fields[name] ?? []].flat(),
  });
  return {
    readFields, answered, isSign, listSigns, readSigns, readStored, showQuestions, listOnly, showMissing, getMissing, asForm,
  };
})();
