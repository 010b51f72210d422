/* Passkeys: a form with data-passkey asks the browser for one, writes what it answers into `credential`, and is sent.
   What is asked for lies in the page (#passkey-options) or at the address in data-options. */
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

  const asked = async (form) => {
    if (!form.dataset.options) return JSON.parse(document.getElementById("passkey-options").textContent);
    const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`options: ${answer.status}`);
    return answer.json();
  };
  const made = async ({ creation_options: { publicKey } }) => {
    const credential = await navigator.credentials.create({ publicKey: { ...publicKey, challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) }, excludeCredentials: listed(publicKey.excludeCredentials) } });
    const { response } = credential;
    return { ...named(credential), response: { clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject), transports: response.getTransports?.() ?? [] } };
  };
  const shown = async ({ request_options: { publicKey } }) => {
    const credential = await navigator.credentials.get({ publicKey: { ...publicKey, challenge: bytes(publicKey.challenge),
      allowCredentials: listed(publicKey.allowCredentials) } });
    const { response } = credential;
    return { ...named(credential), response: { clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData), signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : null } };
  };
  const named = (credential) => ({ id: credential.id, rawId: text(credential.rawId), type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment, clientExtensionResults: credential.getClientExtensionResults() });

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-passkey]");
    if (!form || form.elements.credential.value) return;
    event.preventDefault();
    const failed = form.querySelector("[data-failed]");
    failed.hidden = true;
    try {
      const answer = await (form.dataset.passkey === "create" ? made : shown)(await asked(form));
      form.elements.credential.value = JSON.stringify(answer);
      form.submit();
    } catch (error) {
      console.warn(error);
      failed.hidden = false;
    }
  });
})();
