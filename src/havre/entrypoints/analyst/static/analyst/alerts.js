/* Alerts: J and K walk the hits, Del says that one was handled. */
"use strict";

addEventListener("DOMContentLoaded", () => {
  let rows = [...document.querySelectorAll(".hits tbody tr")], current = rows.length ? 0 : -1;
  const show = () => {
    rows.forEach((row, at) => row.toggleAttribute("data-current", at === current));
    rows[current]?.scrollIntoView({ block: "nearest" });
  };
  const walk = (step) => {
    if (!rows.length) return false;
    current = Math.min(rows.length - 1, Math.max(0, current + step));
    show();
    Havre.say(rows[current].querySelector("th").textContent.trim());
    return true;
  };
  Havre.current = () => [rows[current]?.querySelector(".veil")].filter(Boolean);
  Havre.on("next", () => walk(1));
  Havre.on("previous", () => walk(-1));
  Havre.on("open", () => { const link = rows[current]?.querySelector("a"); if (!link || document.activeElement !== document.body) return false; link.click(); return true; });
  Havre.on("handled", () => {
    const row = rows[current], form = row?.querySelector("form");
    if (!form) return false;
    Havre.post(form.action).then((answer) => {
      if (!answer.ok) { form.submit(); return; }
      Havre.say(form.textContent.trim());
      rows = rows.filter((each) => each !== row); row.remove();
      current = Math.min(current, rows.length - 1);
      show();
      if (!rows.length) location.reload();
    });
    return true;
  });
  show();
});
