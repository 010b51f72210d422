/* One entry of a hash list: B confirms, N refuses or retracts, Y says that it holds. A word that needs a reason and
   has none leads to where the reason is written. */
"use strict";

addEventListener("DOMContentLoaded", () => {
  const because = document.getElementById("because");
  const send = (button) => {
    if (!button) return false;
    if (button.form.contains(because) && !because.value.trim()) because.focus();
    else button.form.requestSubmit(button);
    return true;
  };
  const submit = (form) => document.querySelector(`#${form} button[type=submit]`);
  Havre.on("confirm", () => send(submit("confirm")));
  Havre.on("keep", () => send(document.getElementById("keep")));
  Havre.on("refuse", () => send(document.getElementById("retract") ?? submit("refuse")));
  Havre.current = () => [document.querySelector(".stage .veil")].filter(Boolean);
});
