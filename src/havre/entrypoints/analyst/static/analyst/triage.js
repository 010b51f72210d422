/* Triage: one key judges a stack, the next is there at once. What is judged is shown first and sent then, in order;
   what could not be sent waits, here and in the session, and is sent again under the same name, so that it counts once. */
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const stacks = $("stacks"), pad = $("pad"), told = $("triage-words");
  if (!stacks || !told) return;
  const word = (name, values = {}) => {
    let text = told.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
    for (const [mark, value] of Object.entries(values)) text = text.replace(`{${mark}}`, value);
    return text;
  };
  const counted = (name, n, values = {}) => word(`${name}-${n === 1 ? "one" : "many"}`, { ...values, n });
  const { tab, newest, total } = told.dataset;
  const intake = new URLSearchParams(location.search).get("intake") ?? "";
  const AHEAD = 8, NEAR_END = 18, POLL_MS = 15_000, RETRY_MS = 3_000, KEPT = `triage:${document.querySelector(".who b")?.textContent ?? ""}`;

  /* ---- where one is ---- */
  let tiles = [], current = null, anchor = null, onward = true, awaited = null;
  const chosen = new Set();
  const gather = () => { tiles = [...stacks.querySelectorAll(".tile")]; };
  const at = () => tiles.indexOf(current);
  const files = (some) => some.reduce((sum, tile) => sum + Number(tile.dataset.files), 0);
  const targets = () => (chosen.size ? tiles.filter((tile) => chosen.has(tile)) : current ? [current] : []);

  const scope = () => {
    const some = targets(), n = files(some);
    if ($("scope")) $("scope").textContent = chosen.size > 1 ? word("scope-selected", { s: some.length, n }) : counted("scope", n);
  };
  const panel = () => {
    const veil = current.querySelector(".veil"), stage = $("stage")?.querySelector(".veil");
    if (stage) {
      stage.dataset.medium = current.dataset.medium;
      stage.classList.remove("shown");
      stage.replaceChildren(...[...veil.querySelectorAll(":scope > img")].map((image) => image.cloneNode()));
      const tip = document.createElement("span"); tip.className = "tip"; tip.textContent = word("sound" in current.dataset ? "tip-sound" : "tip"); stage.append(tip);
    }
    $("which").textContent = word("stack", { n: current.dataset.files });
    const place = document.createElement("span");
    place.className = "quiet fw-normal"; place.textContent = ` ${word("of", { i: at() + 1, t: Math.max(Number(total), tiles.length) })}`;
    $("which").append(place);
    $("about").replaceChildren(current.querySelector("template.about").content.cloneNode(true));
    $("found").replaceChildren(current.querySelector("template.found").content.cloneNode(true));
    if (pad) pad.elements.stack.value = current.dataset.stack;
    if (facts.dirty) facts.clear();
    scope();
  };
  const go = (tile, { focus = true } = {}) => {
    if (!tile) return false;
    if (current) { current.tabIndex = -1; delete current.dataset.current; }
    current = tile; tile.tabIndex = 0; tile.dataset.current = "";
    if (focus) tile.focus();
    panel();
    document.querySelector(".triage > .side").scrollTop = 0;
    const i = at(), next = tiles.slice(i, i + 1 + AHEAD).map((each) => each.querySelector(".veil"));
    Havre.ahead?.(next);
    Havre.prefetch?.(next.map((veil) => veil.dataset.medium));
    if (tiles.length - i < NEAR_END) { const more = stacks.querySelector(".more"); if (more) htmx.trigger(more, "ahead"); }
    return true;
  };
  Havre.current = () => (current ? [current.querySelector(".veil")] : []);

  const row = (tile) => tiles.filter((each) => each.parentElement === tile.parentElement && each.offsetTop === tile.offsetTop);
  const vertical = (step) => {
    const top = current.offsetTop, middle = current.offsetLeft, box = current.parentElement;
    const beyond = tiles.filter((each) => (each.parentElement === box ? (step > 0 ? each.offsetTop > top : each.offsetTop < top)
      : step > 0 ? tiles.indexOf(each) > at() : tiles.indexOf(each) < at()));
    const first = step > 0 ? beyond[0] : beyond[beyond.length - 1];
    return first && row(first).reduce((best, each) => (Math.abs(each.offsetLeft - middle) < Math.abs(best.offsetLeft - middle) ? each : best), first);
  };
  const group = (step) => {
    const grids = [...stacks.querySelectorAll(".grid")], here = grids.indexOf(current.parentElement);
    return grids[here + step]?.querySelector(".tile");
  };
  const WAYS = {
    left: () => tiles[at() - 1], right: () => tiles[at() + 1], up: () => vertical(-1), down: () => vertical(1),
    "row-first": () => row(current)[0], "row-last": () => row(current).at(-1),
    "group-next": () => group(1), "group-before": () => group(-1),
  };
  for (const [name, way] of Object.entries(WAYS)) Havre.on(name, () => { if (!current) return false; anchor = null; go(way()); return true; });

  /* ---- choosing ---- */
  const choose = (tile, on) => { on ? chosen.add(tile) : chosen.delete(tile); tile.setAttribute("aria-selected", String(on)); };
  const clear = () => { for (const tile of [...chosen]) choose(tile, false); anchor = null; };
  const range = (from, to) => {
    const [low, high] = [tiles.indexOf(from), tiles.indexOf(to)].sort((a, b) => a - b);
    for (const tile of [...chosen]) choose(tile, false);
    tiles.slice(low, high + 1).forEach((tile) => choose(tile, true));
    scope(); Havre.say(counted("selected", chosen.size));
  };
  Havre.on("select", () => { if (!current) return false; choose(current, !chosen.has(current)); scope(); Havre.say(counted("selected", chosen.size)); return true; });
  for (const name of ["left", "right", "up", "down"]) Havre.on(`select-${name}`, () => {
    if (!current) return false;
    anchor ??= current;
    const to = WAYS[name]();
    if (to) { go(to); range(anchor, to); }
    return true;
  });
  Havre.on("select-group", () => {
    if (!current || !stacks.contains(document.activeElement)) return false;
    const all = [...current.parentElement.querySelectorAll(".tile")];
    range(all[0], all.at(-1)); return true;
  });
  stacks.addEventListener("click", (event) => {
    const tile = event.target.closest(".tile");
    if (!tile || event.target.closest(".tip")) return;
    if (event.shiftKey && current) { const from = anchor ?? current; anchor = from; go(tile); range(from, tile); return; }
    if (event.ctrlKey || event.metaKey) { go(tile); choose(tile, !chosen.has(tile)); scope(); return; }
    clear(); go(tile);
  });
  stacks.addEventListener("dblclick", (event) => { if (event.target.closest(".tile")) open(); });
  const open = () => { if (!current) return false; if (facts.asking()) return facts.next(); location.assign(`/media/${current.dataset.medium}`); return true; };
  Havre.on("open", (event) => (event.target.closest?.("a, button, summary, input") ? false : open()));

  /* ---- facts, one by one ---- */
  const facts = (() => {
    const box = $("facts"), fields = [...(box?.querySelectorAll("fieldset") ?? [])];
    let step = -1;
    const show = () => fields.forEach((field, i) => { if (i === step) field.dataset.now = ""; else delete field.dataset.now; });
    const values = () => {
      const found = [];
      for (const input of box?.querySelectorAll("input:checked") ?? []) found.push([input.name, input.value]);
      return found;
    };
    const said = () => [...(box?.querySelectorAll("input:checked") ?? [])].map((input) => input.parentElement.querySelector("span").textContent).join(", ");
    const derive = () => {
      $("facts-said").textContent = said();
      const rules = JSON.parse(pad.dataset.rules), now = { age: [""], produced: [""], visible: [""] };
      for (const [name, value] of values()) now[name] = name === "visible" ? [...now.visible, value].filter(Boolean) : [value];
      for (const button of pad.querySelectorAll("[data-key]")) {
        now.label = [button.dataset.key];
        const rule = rules.find((each) => Object.keys(now).every((name) => !(name in each) || each[name].some((value) => now[name].includes(value))));
        button.querySelector(".as").textContent = rule.category || told.dataset.categoryNone;
      }
    };
    const next = () => {
      step = step + 1 < fields.length ? step + 1 : -1;
      box.open = step >= 0 || box.open; show();
      if (step >= 0) { fields[step].scrollIntoView({ block: "nearest" }); Havre.say(fields[step].querySelector("legend").textContent); }
      return true;
    };
    box?.addEventListener("change", (event) => {
      facts.dirty = true;
      if (event.target.name === "visible" && event.target.checked) {
        for (const other of box.querySelectorAll("[name=visible]")) if (other !== event.target && (event.target.value === "none" || other.value === "none")) other.checked = false;
      }
      derive();
    });
    return {
      dirty: false, values, next, asking: () => step >= 0,
      pick: (digit) => {
        const input = fields[step].querySelectorAll("input")[digit - 1];
        if (!input) return true;
        input.checked = input.type === "radio" || !input.checked;
        input.dispatchEvent(new Event("change", { bubbles: true }));
        Havre.say(input.parentElement.querySelector("span").textContent);
        if (input.type === "radio" || input.value === "none") next();
        return true;
      },
      clear: () => { step = -1; show(); box.querySelectorAll("input").forEach((input) => { input.checked = false; }); facts.dirty = false; derive(); },
    };
  })();
  Havre.on("facts", () => (current ? facts.next() : false));

  /* ---- what is said, in order ---- */
  let queue = [], sending = false, troubled = false, past = [];
  try { queue = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"); } catch { queue = []; }
  const keep = () => {
    try { queue.length ? sessionStorage.setItem(KEPT, JSON.stringify(queue)) : sessionStorage.removeItem(KEPT); } catch { /* kept on the page alone */ }
    const waiting = $("unsaved");
    troubled &&= queue.length > 0;
    waiting.hidden = !troubled;
    waiting.textContent = waiting.hidden ? "" : counted("unsaved", queue.length);
  };
  const fresh = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(15)))).replace(/[+/]/g, "-");
  const mark = (tile, label) => {
    tile.classList.toggle("done", Boolean(label));
    let badge = tile.querySelector(".judged");
    if (!label) { badge?.remove(); return; }
    if (!badge) { badge = document.createElement("span"); badge.className = "judged"; tile.querySelector(".veil").after(badge); }
    badge.textContent = label;
  };
  const badgeOf = (tile) => tile.querySelector(".judged")?.textContent ?? "";
  const byId = (id) => tiles.find((tile) => tile.dataset.stack === String(id));
  const last = (text, quiet = false) => { $("last").textContent = text; if (!quiet) Havre.say(text); };
  const badgeFor = (act, each) => {            /* a word that waits for a second person is followed by dots */
    if (each.tab === "judged") return each.label;
    return each.tab === "second" && !act.undo ? `${/^\d$/.test(act.label) ? act.label : "?"}…` : "";
  };
  const sent = (act, said) => {
    for (const each of said.stacks ?? []) {
      const tile = byId(each.id);
      if (tile && !queue.some((other) => other !== act && other.stacks?.includes(String(each.id)))) {
        mark(tile, badgeFor(act, each));
      }
    }
    for (const [name, count] of Object.entries(said.counts ?? {})) {
      const place = document.querySelector(`.tabs [data-tab=${name}] b`);
      if (place) place.textContent = new Intl.NumberFormat(document.documentElement.lang).format(count);
    }
    if (said.said) last(said.said, true);
    const away = act.undo ? (said.stacks ?? []).map((each) => String(each.id)).filter((id) => !byId(id)) : [];
    if (away.length) return again(away);
  };
  const again = async (away) => {              /* undone, but judged before this page was made: they stand first */
    const asked = `/triage?${new URLSearchParams(away.map((id) => ["stack", id]))}`;
    if (!pad) { location.assign(asked); return; }
    const answer = await fetch(asked, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    stacks.insertAdjacentHTML("afterbegin", await answer.text());
    gather(); clear();
    const back = away.map(byId).filter(Boolean);
    if (back.length > 1) back.forEach((tile) => choose(tile, true));
    go(back[0]);
  };
  const refused = (act, sentence) => {
    const latest = past.at(-1) === act, there = past.indexOf(act);
    for (const id of act.stacks ?? []) { const tile = byId(id); if (tile) mark(tile, act.before?.[id] ?? ""); }
    if (there >= 0) past.splice(there, 1);       /* nothing was done that could be undone */
    if (latest && current && act.led === current.dataset.stack) {       /* nor is anybody led on from what was not judged */
      if (act.stacks.length > 1) for (const id of act.stacks) { const tile = byId(id); if (tile) choose(tile, true); }
      go(byId(act.stacks[0])) || scope();
    }
    last(sentence);
  };
  const pump = async () => {
    if (sending || !queue.length) return;
    sending = true;
    const act = queue[0], values = [["once", act.once], ["intake", intake]];
    if (!act.undo) values.push(["label", act.label], ...act.stacks.map((id) => ["stack", id]), ...act.facts);
    try {
      const answer = await Havre.post(act.undo ? "/triage/undo" : "/triage/judge", values, { keepalive: true });
      if (answer.redirected || answer.status === 401) throw new Error(word("signed-out"));
      if (answer.status >= 500 || answer.status === 403 && !(answer.headers.get("Content-Type") ?? "").includes("json")) throw new Error();
      const said = await answer.json();
      queue.shift();
      answer.ok ? await sent(act, said) : refused(act, said.sentence);
      sending = false; keep(); pump();
    } catch (problem) {
      act.failed = troubled = true; sending = false; keep();
      if (problem.message === word("signed-out")) last(problem.message);
      setTimeout(pump, RETRY_MS);
    }
  };
  const put = (act) => { queue.push(act); keep(); pump(); };
  addEventListener("online", pump);
  addEventListener("beforeunload", (event) => { if (troubled || queue.length > 1) event.preventDefault(); });

  const openAfter = (tile) => tiles.slice(tiles.indexOf(tile) + 1).find((each) => !each.classList.contains("done"));
  const say = (label) => {
    const some = targets();
    if (!some.length) return false;
    const begun = performance.now(), stands = some.map((tile) => tile.dataset.stack);
    const act = { once: fresh(), label, stacks: stands, facts: facts.values(), before: Object.fromEntries(some.map((tile) => [tile.dataset.stack, badgeOf(tile)])) };
    const shown = label === "0" ? "" : label === "unsure" ? "?" : label === "confirm" ? "✓" : label;
    some.forEach((tile) => mark(tile, shown));
    past.push(act);
    last(isNaN(label) || label === "0" ? word(label) : counted("did", files(some), { k: label }));
    const end = some.at(-1);
    clear();
    if (onward && label !== "0") {
      const next = openAfter(end);
      if (next) go(next); else { scope(); if (stacks.querySelector(".more")) awaited = end; else Havre.say(word("end")); }
    } else { if (facts.dirty) facts.clear(); scope(); }
    act.led = current?.dataset.stack;
    requestAnimationFrame(() => setTimeout(() => { told.dataset.milliseconds = (performance.now() - begun).toFixed(1); }));
    put(act);
    return true;
  };
  for (const key of "0123456789") Havre.on(`judge-${key}`, () => (facts.asking() ? facts.pick(Number(key)) : say(key)));
  Havre.on("unsure", () => say("unsure"));
  Havre.on("confirm", () => say("confirm"));
  const earlier = (told.dataset.acts ?? "").split(" ").filter(Boolean).reverse();
  Havre.on("undo", () => {
    const act = past.pop();
    if (!act) {
      const once = earlier.pop();
      if (!once) { last(word("nothing")); return true; }
      put({ undo: true, once, stacks: [] }); last(word("undoing"));
      return true;
    }
    for (const id of act.stacks) { const tile = byId(id); if (tile) mark(tile, act.before[id]); }
    clear();
    if (act.stacks.length > 1) for (const id of act.stacks) { const tile = byId(id); if (tile) choose(tile, true); }   /* judged together, to be judged again together */
    go(byId(act.stacks[0])) || scope();
    last(word("undoing"));
    const unsent = queue.indexOf(act);
    if (unsent > 0 || (unsent === 0 && !sending && !act.failed)) { queue.splice(unsent, 1); keep(); } else put({ undo: true, once: act.once, stacks: act.stacks });
    return true;
  });
  pad?.addEventListener("submit", (event) => {
    event.preventDefault();
    const { value } = event.submitter ?? {};
    if (/^\d$/.test(value ?? "")) { say(value); current?.focus(); }
  });

  /* ---- what else keys do ---- */
  Havre.on("onward", () => {
    onward = !onward;
    $("onward").setAttribute("aria-pressed", String(onward));
    $("onward").textContent = word(onward ? "on" : "off");
    Havre.say(word(onward ? "on" : "off")); return true;
  });
  Havre.on("compare", () => {
    if (!current) return false;
    if (!current.dataset.match) { last(word("no-match")); return true; }
    location.assign(`/media/${current.dataset.medium}/compare/${current.dataset.match}`); return true;
  });
  Havre.on("storyboard", () => { if (!current) return false; location.assign(`/media/${current.dataset.medium}#h-stage`); return true; });
  Havre.on("series", () => { if (!current) return false; $("into").showModal(); $("into-series").focus(); return true; });
  $("into-form")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await Havre.post("/triage/series", [["series", $("into-series").value], ...targets().map((tile) => ["stack", tile.dataset.stack])]).catch(() => null);
    const said = await answer?.json().catch(() => null);
    last(said?.said ?? said?.sentence ?? ""); $("into").close(); clear(); scope(); current?.focus();
  });

  /* ---- more of them, and newer ones ---- */
  document.body.addEventListener("htmx:afterSwap", () => {
    for (const grid of stacks.querySelectorAll(".grid")) {
      const head = grid.previousElementSibling, before = head?.previousElementSibling;
      if (grid.dataset.heading && before?.classList.contains("grid") && before.dataset.heading === grid.dataset.heading) { before.append(...grid.children); head.remove(); grid.remove(); }
    }
    gather();
    const next = awaited && awaited === current && openAfter(awaited);   /* judged faster than they came */
    awaited = null;
    if (next) go(next);
  });
  const poll = async () => {
    if (document.hidden) return;
    const open = tiles.slice(Math.max(0, at())).filter((tile) => !tile.classList.contains("done")).slice(0, 120);
    const asked = [["tab", tab], ["intake", intake], ["newest", newest], ...open.map((tile) => ["stack", tile.dataset.stack])];
    const answer = await fetch(`/triage/fresh?${new URLSearchParams(asked)}`, { headers: { Accept: "application/json" } }).catch(() => null);
    const said = answer?.ok && !answer.redirected ? await answer.json().catch(() => null) : null;
    for (const [id, label] of Object.entries(said?.moved ?? {})) {      /* somebody else was quicker: nobody looks twice */
      const tile = byId(id);
      if (tile && tile !== current && !queue.some((act) => act.stacks.includes(id))) mark(tile, label || "…");
    }
    if (!said?.count) return;
    $("fresh").textContent = counted("fresh", said.more ? `${said.count}+` : said.count);
    $("fresh").hidden = false;
  };
  $("fresh").addEventListener("click", () => (told.dataset.all ? location.assign(told.dataset.all) : location.reload()));
  if (tab === "new" || tab === "near") setInterval(poll, POLL_MS);
  document.addEventListener("triage:poll", poll);

  const begin = () => {
    gather(); keep();
    for (const act of queue) for (const id of act.stacks ?? []) { const tile = byId(id); if (tile && !act.undo) mark(tile, act.label); }
    pump();
    const first = tiles.find((tile) => !tile.classList.contains("done")) ?? tiles[0];
    if (first) go(first);
  };
  begin();
})();
