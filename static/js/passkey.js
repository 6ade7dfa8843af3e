// Passkeys: shows the parts of a page that need WebAuthn, and writes the authenticator's answer into the form. Without
// this script, or in a browser without WebAuthn, the pages offer the other sign-in methods.
(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  for (const part of document.querySelectorAll("[data-passkeys-only]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-no-passkeys]")) part.hidden = true;

  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const answer = form.elements.answer ?? form.elements.credential;
  const problem = document.querySelector("[data-passkey-problem]");

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  // A challenge is in the form, in the page, or at the form's own address.
  const given = async () => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const inPage = document.getElementById("passkey-options");
    const data = inPage
      ? JSON.parse(inPage.textContent)
      : await (await fetch(form.action, { headers: { Accept: "application/json" } })).json();
    return (data.creation_options ?? data.request_options).publicKey;
  };

  const asked = async () => {
    const options = await given();
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const name of ["excludeCredentials", "allowCredentials"]) {
      if (options[name]) options[name] = options[name].map((known) => ({ ...known, id: bytes(known.id) }));
    }
    return options;
  };

  const asJson = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  };

  let asking = false;
  form.addEventListener("submit", async (event) => {
    if (answer.value) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    if (problem) problem.hidden = true;
    try {
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey: await asked() });
      answer.value = asJson(credential);
    } catch {
      // Cancelled, refused or timed out: browsers do not reveal which, so that no page can find out who has a passkey.
      if (problem) problem.hidden = false;
      return;
    } finally {
      asking = false;
    }
    form.requestSubmit(event.submitter);
  });
  // The back button restores the page with its old challenge, which is valid for one answer only.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
    else answer.value = "";
  });
})();
