// Sends a form that was kept while the session was locked. Without this script, its button does.
(() => {
  const form = document.querySelector("[data-kept-form]");
  // Of the prototype: a field of the form may have the same name.
  if (form) HTMLFormElement.prototype.submit.call(form);
})();
