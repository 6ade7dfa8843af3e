// On the sign-in pages: says that a danger told on this phone was not sent, until its account signs in.
self.surefootStore
  .hasUnsentDanger()
  .then((isUnsent) => document.querySelector("[data-unsent-told]").toggleAttribute("hidden", !isUnsent))
  .catch(() => undefined);
