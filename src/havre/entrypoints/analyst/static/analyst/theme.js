/* Before anything is drawn: the theme that was chosen, else the system's. */
"use strict";
(() => {
  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  const draw = () => { root.dataset.bsTheme = root.dataset.theme === "system" ? (dark.matches ? "dark" : "light") : root.dataset.theme; };
  dark.addEventListener("change", draw);
  draw();
})();
