/* Two pictures: side by side, in halves, as their difference, or one after the other by hand.
   Sharp pixels exist only while a key reveals the veils; what is composed here is drawn anew from the veils the moment
   they are veiled again, in the same turn of the browser and before anything is painted. */
"use strict";

addEventListener("DOMContentLoaded", () => {
  const pair = document.getElementById("pair"), together = document.getElementById("together");
  const sides = ["left", "right"].map((id) => document.getElementById(id)).filter(Boolean);
  const veils = sides.map((side) => side.querySelector(".veil"));
  const boxes = JSON.parse(pair.dataset.boxes), sizes = JSON.parse(pair.dataset.sizes), turned = JSON.parse(pair.dataset.turn);
  const canvas = document.getElementById("both"), slider = document.getElementById("halves");
  const names = [...pair.querySelectorAll("figcaption b")].map((name) => name.textContent);
  let mode = "side", front = 0, lined = true, region = 0, part = 0, zoom = 1;
  let rests = 0, since = 0;          /* what is in front while nothing is held; when the button was pressed */

  /* ---- reveal: the veils' own script does it, logged first ---- */
  Havre.current = () => veils;
  const holds = (which) => [() => Havre.reveal?.(which()), () => Havre.veil?.()];
  for (const side of ["left", "right"]) Havre.on(`reveal-${side}`, ...holds(() => veils.filter((veil) => veil.parentElement.id === side)));
  Havre.on("reveal-both", ...holds(() => veils));

  /* ---- how to compare ---- */
  const source = (at) => veils[at].querySelector("canvas") ?? veils[at].querySelector("img");
  const whole = (at) => [0, 0, sizes[2 * at], sizes[2 * at + 1]];
  const drawOne = (context, scale) => context.drawImage(source(0), 0, 0, sizes[0] * scale, sizes[1] * scale);

  /* The right picture where it lies on the left one: its region over that of the other, turned and mirrored back. */
  const drawOther = (context, scale) => {
    const [one, other] = (lined && boxes[region]) || [whole(0), whole(1)], turn = lined ? turned : [1, 0, 0, 1];
    const box = turn[0] ? [other[2], other[3]] : [other[3], other[2]];
    context.save();
    context.translate((one[0] + one[2] / 2) * scale, (one[1] + one[3] / 2) * scale);
    context.scale((one[2] / box[0]) * scale, (one[3] / box[1]) * scale);
    context.transform(...turn, 0, 0);
    context.drawImage(source(1), -other[0] - other[2] / 2, -other[1] - other[3] / 2, sizes[2], sizes[3]);
    context.restore();
  };
  const draw = () => {
    if (!canvas) return;
    canvas.parentElement.classList.toggle("shown", veils.some((veil) => veil.classList.contains("shown")));
    if (mode === "side") { canvas.width = canvas.height = 0; return; }   /* hidden it keeps nothing: sharp pixels would stay in it */
    const scale = Math.min(1, 1280 / Math.max(sizes[0], sizes[1]));
    canvas.width = Math.max(1, Math.round(sizes[0] * scale)); canvas.height = Math.max(1, Math.round(sizes[1] * scale));
    const context = canvas.getContext("2d");
    if (mode === "blink") { front ? drawOther(context, scale) : drawOne(context, scale); return; }
    drawOne(context, scale);
    if (mode === "difference") { context.globalCompositeOperation = "difference"; drawOther(context, scale); return; }
    const at = (canvas.width * slider.value) / 100;
    context.save();
    context.beginPath(); context.rect(at, 0, canvas.width - at, canvas.height); context.clip();
    context.clearRect(at, 0, canvas.width, canvas.height);
    drawOther(context, scale);
    context.restore();
    context.fillStyle = getComputedStyle(document.body).getPropertyValue("--mark"); context.fillRect(at - 1, 0, 2, canvas.height);
  };
  const compare = (how) => {
    if (!together) return false;
    mode = how; front = rests = 0;
    pair.hidden = mode !== "side"; together.hidden = mode === "side"; document.getElementById("line").hidden = mode !== "halves";
    for (const button of document.querySelectorAll("[data-mode]")) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    draw();
    return true;
  };
  const chosen = (how) => compare(how) && (Havre.say(document.querySelector(`[data-mode="${how}"]`).firstChild.textContent.trim()), true);
  for (const how of ["side", "halves", "difference"]) Havre.on(how, () => chosen(how));
  /* Blink: B, or the button, shows the other one as long as it is held. Whoever cannot hold clicks: the other one stays. */
  const HELD_MS = 350;
  const facing = (shown) => { if (mode !== "blink") compare("blink"); front = shown; draw(); };
  const stays = () => { const next = 1 - rests; facing(next); rests = next; Havre.say(names[rests]); };
  const goesBack = () => { if (mode === "blink") facing(rests); };
  Havre.on("blink", () => together ? (facing(1 - rests), true) : false);
  addEventListener("keyup", (event) => { if (event.key.toLowerCase() === "b") goesBack(); });
  addEventListener("blur", goesBack);
  const blink = document.getElementById("blink");
  blink?.addEventListener("pointerdown", (event) => { if (event.button) return; since = performance.now(); facing(1 - rests); });
  blink?.addEventListener("click", (event) => { if (!event.detail || performance.now() - since < HELD_MS) stays(); });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, goesBack);
  const watch = new MutationObserver(draw);
  for (const veil of veils) watch.observe(veil, { childList: true, attributes: true, attributeFilter: ["class"] });

  /* ---- the line between the halves ---- */
  const move = (by) => {
    if (mode !== "halves") return false;
    slider.value = String(Number(slider.value) + by);
    document.getElementById("share").textContent = `${slider.value} %`;
    draw();
    return true;
  };
  for (const [act, by] of [["line-left", -1], ["line-right", 1], ["line-far-left", -10], ["line-far-right", 10]]) Havre.on(act, () => move(by));
  slider?.addEventListener("input", () => move(0));
  slider?.addEventListener("keydown", (event) => {
    if (event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) { event.preventDefault(); move(event.key === "ArrowLeft" ? -10 : 10); }
  });

  /* ---- regions and stretches, by their numbers ---- */
  const mark = (name, number) => {
    for (const each of document.querySelectorAll(`[data-${name}]`)) each.classList.toggle(each.matches("g[data-region]") ? "at" : "on", each.dataset[name] === String(number));
    const row = document.querySelector(`tr[data-${name}="${number}"]`);
    if (row) { Havre.say(row.textContent.trim().replace(/\s+/g, " ")); row.scrollIntoView({ block: "nearest" }); }
  };
  const step = (count, at, by) => (at + by + count) % count;
  const toRegion = (by) => {
    if (!boxes.length) return false;
    region = step(boxes.length, region, by); mark("region", region + 1); draw(); enlarge(zoom);
    return true;
  };
  const parts = document.querySelectorAll("tr[data-part]").length;
  const toPart = (by) => { if (!parts) return false; part = step(parts, part, by); mark("part", part + 1); return true; };
  Havre.on("region", () => toRegion(1)); Havre.on("region-back", () => toRegion(-1));
  Havre.on("segment", () => toPart(1)); Havre.on("segment-back", () => toPart(-1));
  Havre.on("regions", () => { for (const side of sides) side.classList.toggle("bare"); return true; });
  Havre.on("line-up", () => { lined = !lined; draw(); return true; });
  for (const each of document.querySelectorAll('g[data-region="1"]')) each.classList.add("at");

  /* ---- larger and smaller, both around the same region ---- */
  const enlarge = (to) => {
    zoom = Math.min(8, Math.max(1, to));
    sides.forEach((side, at) => {
      const box = boxes[region]?.[at] ?? whole(at), [wide, high] = sizes.slice(2 * at);
      const fit = Math.min(side.clientWidth / wide, side.clientHeight / high), left = (side.clientWidth - wide * fit) / 2, top = (side.clientHeight - high * fit) / 2;
      side.style.setProperty("--zoom", zoom);
      side.style.setProperty("--zoom-x", `${left + (box[0] + box[2] / 2) * fit}px`);
      side.style.setProperty("--zoom-y", `${top + (box[1] + box[3] / 2) * fit}px`);
    });
    return true;
  };
  Havre.on("zoom-in", () => enlarge(zoom * 1.5)); Havre.on("zoom-out", () => enlarge(zoom / 1.5)); Havre.on("fit", () => enlarge(1));

  /* ---- a word ---- */
  const word = document.getElementById("word"), why = document.getElementById("why");
  Havre.on("same", () => { if (!word) return false; word.requestSubmit(document.getElementById("same")); return true; });
  Havre.on("not-same", () => {
    if (!word) return false;
    if ("asked" in word.dataset || why.value.trim()) word.requestSubmit(document.getElementById("not-same"));
    else why.focus();
    return true;
  });
  why?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !why.value.trim()) return;
    event.preventDefault();
    word.requestSubmit(document.getElementById("not-same"));
  });
  document.getElementById("problem")?.focus();
});
