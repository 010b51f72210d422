/* The clue desk: a region is drawn on the veiled picture by dragging or with keys; a crop is looked at while held.
   Numbers in the form and the rectangle are the same thing: whoever cannot draw types them. */
"use strict";

(() => {
  const stage = document.getElementById("stage"), group = document.getElementById("drawn");
  const fields = ["x", "y", "width", "height"].map((name) => document.getElementById(`clue-${name}`));
  const LEAST = 8;

  /* ---- the region ---- */
  if (stage && group && fields.every(Boolean)) {
    const svg = group.ownerSVGElement, wide = Number(stage.dataset.width), high = Number(stage.dataset.height);
    const step = Math.max(1, Math.round(Math.max(wide, high) / 100));
    const clamp = (value, least, most) => Math.round(Math.min(Math.max(value, least), Math.max(least, most)));
    const read = () => { const [x, y, width, height] = fields.map((field) => (/^\d+$/.test(field.value.trim()) ? Number(field.value) : NaN)); return [x, y, width, height].some(Number.isNaN) ? null : { x, y, width, height }; };
    const show = () => {
      const region = read();
      group.toggleAttribute("hidden", !region);
      if (region) for (const rect of group.children) for (const [name, value] of Object.entries(region)) rect.setAttribute(name, value);
    };
    const put = (region) => {
      const width = clamp(region.width, LEAST, wide), height = clamp(region.height, LEAST, high);
      const whole = { x: clamp(region.x, 0, wide - width), y: clamp(region.y, 0, high - height), width, height };
      fields.forEach((field, at) => { field.value = Object.values(whole)[at]; });
      show();
      Havre.say(`${whole.x}, ${whole.y}; ${whole.width} × ${whole.height}`);
    };
    const drawing = () => document.activeElement === stage && !group.hasAttribute("hidden");
    for (const field of fields) field.addEventListener("input", show);

    const form = document.getElementById("new");
    const name = () => {                         /* the picture stands beside it: nothing moves but to show the field */
      const field = document.getElementById("clue-name");
      form.open = true;
      field.focus({ preventScroll: true });
      field.scrollIntoView({ block: "nearest" });
    };
    Havre.on("clue", () => {
      if (!read()) put({ x: wide * 0.35, y: high * 0.35, width: wide * 0.3, height: high * 0.3 });
      stage.focus();
      stage.scrollIntoView({ block: "nearest" });
    });
    const ways = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };
    for (const [way, [x, y]] of Object.entries(ways)) {
      Havre.on(`region-move-${way}`, () => { if (!drawing()) return false; const now = read(); put({ ...now, x: now.x + x * step, y: now.y + y * step }); return true; });
      Havre.on(`region-size-${way}`, () => { if (!drawing()) return false; const now = read(); put({ ...now, width: Math.min(now.width + x * step, wide - now.x), height: Math.min(now.height + y * step, high - now.y) }); return true; });
    }
    Havre.on("region-done", () => { if (!drawing()) return false; name(); return true; });
    Havre.on("region-away", () => { if (!drawing()) return false; fields.forEach((field) => { field.value = ""; }); show(); return true; });

    /* On the stage these keys are the region's, whatever else they mean on the page. */
    const keys = /^(Shift\+)?Arrow(Left|Right|Up|Down)$/;
    stage.addEventListener("keydown", (event) => {
      const pressed = keys.exec(`${event.shiftKey ? "Shift+" : ""}${event.key}`);
      if (!pressed || event.ctrlKey || event.metaKey || event.altKey || !drawing()) return;
      event.preventDefault(); event.stopPropagation();
      Havre.run(`region-${pressed[1] ? "size" : "move"}-${pressed[2].toLowerCase()}`, event);
    });

    /* dragging */
    let from = null;
    const at = (event) => { const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse()); return [point.x, point.y]; };
    svg.addEventListener("pointerdown", (event) => { if (event.button) return; event.preventDefault(); stage.focus(); from = at(event); svg.setPointerCapture(event.pointerId); });
    svg.addEventListener("pointermove", (event) => {
      if (!from) return;
      const to = at(event), inside = (value, most) => Math.min(Math.max(value, 0), most);
      const [left, right] = [from[0], to[0]].map((value) => inside(value, wide)).sort((one, other) => one - other);
      const [top, bottom] = [from[1], to[1]].map((value) => inside(value, high)).sort((one, other) => one - other);
      if (right - left >= LEAST && bottom - top >= LEAST) put({ x: left, y: top, width: right - left, height: bottom - top });
    });
    for (const over of ["pointerup", "pointercancel"]) svg.addEventListener(over, () => { if (from && read()) form.open = true; from = null; });
    show();
  }

  /* ---- a crop that waits for a second person: seen only while held, as any picture ---- */
  let held = null;
  const base64 = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const look = async (button) => {
    if (held) return;
    const mine = { button, hold: base64(crypto.getRandomValues(new Uint8Array(16))), over: false };
    held = mine;
    const answer = await Havre.post(button.dataset.look, { hold: mine.hold }).catch(() => null);
    if (!answer) return;
    if (!answer.ok) {
      const said = await answer.json().catch(() => ({}));
      if (said.pause) { location.assign(said.pause); return; }
      if (said.ask) { hide(); Havre.reason(button.dataset.of, said.case); return; }
      Havre.say(said.sentence || ""); told(said.sentence || "");
      return;
    }
    mine.seen = true;
    const bitmap = await createImageBitmap(await answer.blob());
    if (mine.over || document.hidden) { bitmap.close(); ended(mine); return; }
    const canvas = document.createElement("canvas");
    canvas.width = bitmap.width; canvas.height = bitmap.height;
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
    button.insertBefore(canvas, button.querySelector(".tip"));
    button.classList.add("shown");
    mine.canvas = canvas;
  };
  const told = (sentence) => {
    const at = document.getElementById("pause-soon");
    if (at) { at.textContent = sentence; at.hidden = !sentence; }
  };
  const ended = (mine) => { if (mine.seen) Havre.post(mine.button.dataset.veil, { hold: mine.hold }, { keepalive: true }).catch(() => {}); };
  const hide = () => {
    if (!held) return;
    const mine = held;
    held = null; mine.over = true;
    if (mine.canvas) { mine.canvas.width = mine.canvas.height = 0; mine.canvas.remove(); mine.button.classList.remove("shown"); ended(mine); }
  };
  const press = (button) => {
    if (!Havre.twice) { look(button); return; }
    if (held) { hide(); return; }
    if (!Havre.twice.again()) return;
    look(button);
    const mine = held;
    setTimeout(() => { if (held === mine) hide(); }, Havre.twice.shown);
  };
  const letGo = () => { if (!Havre.twice) hide(); };
  for (const button of document.querySelectorAll("button.look")) {
    button.addEventListener("keydown", (event) => { if (event.key === " " || event.key === "Enter") { event.preventDefault(); if (!event.repeat) press(button); } });
    button.addEventListener("keyup", (event) => { if (event.key === " " || event.key === "Enter") { event.preventDefault(); letGo(); } });
    button.addEventListener("pointerdown", (event) => { if (!event.button) press(button); });
    button.addEventListener("blur", hide);
    button.addEventListener("contextmenu", (event) => event.preventDefault());
  }
  for (const over of ["pointerup", "pointercancel"]) addEventListener(over, letGo);
  for (const over of ["blur", "pagehide"]) addEventListener(over, hide);
  addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); }, true);
  document.addEventListener("visibilitychange", hide);
  document.getElementById("problem")?.focus();
})();
