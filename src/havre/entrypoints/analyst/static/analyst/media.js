/* One medium: J and K walk its matches, C compares the one that is current. */
"use strict";

addEventListener("DOMContentLoaded", () => {
  const rows = [...document.querySelectorAll(".matches tbody tr")];
  let current = -1;
  const walk = (step) => {
    if (!rows.length) return false;
    rows[current]?.removeAttribute("data-current");
    current = Math.min(rows.length - 1, Math.max(0, current + step));
    rows[current].setAttribute("data-current", "");
    rows[current].querySelector("a.btn").focus();
    rows[current].scrollIntoView({ block: "nearest" });
    return true;
  };
  Havre.current = () => [rows[current]?.querySelector(".veil") ?? document.querySelector(".stage .veil")].filter(Boolean);
  Havre.on("next", () => walk(1));
  Havre.on("previous", () => walk(-1));
  Havre.on("compare", () => {
    const link = rows[current]?.querySelector("a.btn") ?? document.getElementById("compare");
    if (!link) return false;
    link.click();
    return true;
  });
});
