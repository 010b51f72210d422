/* The shell of every page: keys, the sheet of keys, find or do.
   The table of keys is in the page (#keys), made by keys.py; `Havre.on(act, down, up)` says what a key does.
   Letters go by what is printed on them (event.key), digits by where they are (event.code): Belgian AZERTY. */
"use strict";

const Havre = (() => {
  const acts = new Map();
  const table = new Map();
  let before = "";          /* the first of two keys, as `g` of `g d` */
  let held = null;

  const on = (act, down, up = null) => acts.set(act, { down, up });
  const say = (words) => { document.getElementById("live").textContent = words; };
  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const post = (address, values = {}, more = {}) => fetch(address, {
    method: "POST", body: new URLSearchParams(values), headers: { "X-CSRFToken": token(), Accept: "application/json" }, ...more,
  });

  const nameOf = (event) => {
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    const name = digit ? digit[1] : event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const shift = event.shiftKey && (digit || event.key.length > 1 || /^[a-z]$/.test(name)) ? "Shift+" : "";
    return (event.ctrlKey || event.metaKey ? "Control+" : "") + shift + name;
  };
  const typing = (event) => event.target.closest?.("input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]")
    || (event.target.matches?.("[type=range]") && /^(Arrow|Page|Home|End)/.test(event.key));   /* a slider moves by these, and types nothing */
  const pressing = (event) => event.key === " " && event.target.closest?.("button, summary, a.btn, [role=button], input[type=checkbox], input[type=radio]");

  const run = (act, event) => {
    if (act.startsWith("/")) { location.assign(act); return true; }
    const found = acts.get(act);
    if (!found) return false;
    return found.down(event) !== false;
  };

  addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const name = nameOf(event), plain = !name.startsWith("Control+");
    if (plain && (typing(event) || pressing(event) || document.querySelector("dialog[open]"))) { if (event.key !== "Escape") return; }
    const entry = (before && table.get(`${before} ${name}`)) || table.get(name);
    const begins = [...table.keys()].some((press) => press.startsWith(`${name} `));
    before = begins && !entry ? name : "";
    if (begins && !entry) { event.preventDefault(); setTimeout(() => { before = ""; }, 1500); return; }
    if (!entry) return;
    if (entry.hold) {
      event.preventDefault();
      if (event.repeat || held) return;
      if (run(entry.act, event)) held = { name: event.code, act: entry.act };
    } else if (run(entry.act, event)) event.preventDefault();
  });
  const release = () => { if (held) { const { act } = held; held = null; acts.get(act)?.up?.(); } };
  addEventListener("keyup", (event) => { if (held && event.code === held.name) { event.preventDefault(); release(); } });
  addEventListener("blur", release);
  document.addEventListener("visibilitychange", release);
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-act]");
    if (target && !target.closest("#keys")) run(target.dataset.act, event);
  });

  const begin = () => {
    for (const line of document.querySelectorAll("#keys > li")) {
      const { press, act } = line.dataset;
      if (!table.has(press)) table.set(press, { act, hold: "hold" in line.dataset, words: line.textContent });
    }
    on("sheet", () => document.getElementById("sheet")?.showModal());
    on("palette", () => { document.getElementById("palette")?.showModal(); document.getElementById("palette-input")?.focus(); });
    on("find", () => location.assign("/search"));
    on("next", () => document.querySelector("a[data-next]")?.click());
    const input = document.getElementById("palette-input"), seek = document.getElementById("palette-search"), none = document.getElementById("palette-none");
    const choose = () => {
      const typed = input.value.trim();
      for (const choice of document.querySelectorAll("#palette-choices > li:not(#palette-search)")) choice.hidden = !choice.querySelector("span").textContent.toLowerCase().includes(typed.toLowerCase());
      if (seek) {      /* what no page is called is looked for in what the unit holds */
        const link = seek.querySelector("a"), said = seek.querySelector("[data-words]");
        seek.hidden = !typed;
        link.href = `/search?${new URLSearchParams({ q: typed })}#results`;
        said.textContent = said.dataset.words.replace("%(words)s", () => typed);
      }
      none.hidden = Boolean(document.querySelector("#palette-choices > li:not([hidden])"));
    };
    input?.addEventListener("input", choose);
    input?.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) document.querySelector("#palette-choices > li:not([hidden]) a")?.click();
    });
  };
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", begin) : begin();

  return { on, run, say, post, release, table };
})();
window.Havre = Havre;
