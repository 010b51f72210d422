/* A picture is seen only while a key (or the plate of its veil) is held, and only after the log was told.

   Before: the sealed bytes of what may be asked for next lie in memory; they open with no key that is here.
   Held: POST /media/N/reveal writes the entry and answers with the key; decrypted, drawn on a canvas.
   Released, lost focus, hidden tab, Esc: canvas, bitmap, key and bytes are gone at once, before anything is sent.

   A page may say what is current (`Havre.current = () => element[]`), begin and end a reveal itself
   (`Havre.reveal(elements)`, `Havre.veil()`), and say what comes next (`Havre.ahead(elements)`). */
"use strict";

(() => {
  const AHEAD = 8, KEPT = 32, TICKET = 32, NONCE = 12, PRESS_MS = 150, TWICE_MS = 2000, TWICE_SHOWN_MS = 10_000;
  const sealed = new Map();          /* medium -> { ticket, body }: nothing that can be read */
  const coming = new Map();          /* medium -> the promise of its sealed bytes */
  const chosen = document.body.dataset;
  let colour = Boolean(chosen.colour);
  let hold = null;                   /* what is revealed now: { id, shown: [{ veil, canvas, bitmap }], … } */
  let asking = false, armed = -Infinity;

  const word = (name) => document.querySelector(`#veil-words > [data-word=${name}]`)?.textContent ?? "";
  const veils = () => [...document.querySelectorAll(".veil[data-medium]")];
  const reasonDialog = () => document.querySelector("dialog#reason");   /* a field of the page may be called the same */
  const idOf = (veil) => veil.dataset.medium;
  const base64 = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

  /* ---- sealed bytes ---- */
  const unpack = (buffer) => {
    const view = new DataView(buffer);
    for (let at = 0; at < buffer.byteLength;) {
      const medium = String(view.getBigUint64(at)), size = view.getUint32(at + 8), start = at + 12;
      sealed.delete(medium);
      sealed.set(medium, { ticket: new Uint8Array(buffer, start, TICKET), body: new Uint8Array(buffer, start + TICKET, size - TICKET) });
      at = start + size;
    }
    for (const oldest of [...sealed.keys()].slice(0, Math.max(0, sealed.size - KEPT))) sealed.delete(oldest);
  };
  const fetched = (address, media) => {
    const answer = fetch(address, { cache: "no-store", headers: { Accept: "application/json" } }).then(async (got) => {
      if (got.redirected) throw {};
      if (!got.ok) throw await got.json().catch(() => ({}));
      unpack(await got.arrayBuffer());
    }).finally(() => media.forEach((each) => coming.delete(each)));
    media.forEach((each) => coming.set(each, answer));
    return answer;
  };
  const obtain = async (medium) => {
    await coming.get(medium)?.catch(() => {});
    if (!sealed.has(medium)) await fetched(`/media/${medium}/sealed`, [medium]);
    return sealed.get(medium);
  };
  /* The current ones and the eight after them, in the order of the page or as the page says. */
  const ahead = (elements) => {
    let wanted = elements;
    if (!wanted) {
      const all = veils(), at = Math.max(0, all.indexOf(current()[0]));
      wanted = all.slice(at, at + 1 + AHEAD);
    }
    const media = [...new Set(wanted.map(idOf))].filter((each) => each && !sealed.has(each) && !coming.has(each)).slice(0, 16);
    if (media.length) fetched(`/sealed?media=${media.join(",")}`, media).catch(() => {});
  };
  const current = () => {
    const named = typeof Havre.current === "function" ? Havre.current() : null;
    if (named) return [...named].filter((each) => each?.dataset?.medium);
    const focused = document.activeElement;
    const own = focused?.closest?.(".veil[data-medium]") ?? focused?.querySelector?.(".veil[data-medium]");
    return [focused === document.body || !own ? veils()[0] : own].filter(Boolean);
  };

  /* ---- drawing ---- */
  const draw = ({ canvas, bitmap }) => {
    const pen = canvas.getContext("2d");
    pen.drawImage(bitmap, 0, 0);
    if (colour) return;
    const picture = pen.getImageData(0, 0, canvas.width, canvas.height), data = picture.data;
    for (let i = 0; i < data.length; i += 4) data[i] = data[i + 1] = data[i + 2] = 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
    pen.putImageData(picture, 0, 0);
    data.fill(0);
  };
  const place = (veil, bitmap, large) => {
    const canvas = document.createElement("canvas");
    canvas.width = bitmap.width; canvas.height = bitmap.height;
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    draw({ canvas, bitmap });
    if (large) {
      const frame = document.createElement("div");
      frame.className = "veil-large"; frame.setAttribute("role", "img"); frame.setAttribute("aria-label", word("large"));
      frame.append(canvas); document.body.append(frame);
    } else veil.insertBefore(canvas, veil.querySelector("svg.draw, .tip"));
    veil.classList.add("shown");
    return { veil, canvas, bitmap };
  };
  const remove = ({ veil, canvas, bitmap }) => {
    bitmap.close();
    canvas.width = canvas.height = 0;
    (canvas.closest(".veil-large") ?? canvas).remove();
    veil.classList.remove("shown");
  };

  /* ---- reveal ---- */
  const opened = async (key, { body }, medium) => {
    const raw = bytesOf(key), named = new DataView(new ArrayBuffer(8));
    named.setBigUint64(0, BigInt(medium));
    const opens = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
    raw.fill(0);
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: body.subarray(0, NONCE), additionalData: named.buffer }, opens, body.subarray(NONCE));
    try { return await createImageBitmap(new Blob([plain], { type: "image/jpeg" })); }
    finally { new Uint8Array(plain).fill(0); }
  };
  const released = async (mine, medium, again = true) => {         /* the bitmap, or null where nothing may be shown */
    const bytes = await obtain(medium);
    if (mine.ended) return null;
    const answer = await Havre.post(`/media/${medium}/reveal`, { ticket: base64(bytes.ticket), hold: mine.id });
    if (answer.redirected) { end(); location.reload(); return null; }   /* the session is over: sign in again */
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) mine.told.push(medium);
    if (mine.ended) { if (answer.ok) told(mine, [medium]); return null; }
    if (answer.status === 409) { ask(medium, said.case); return null; }
    if (said.pause) { end(); location.assign(said.pause); return null; }
    if (answer.status === 400 && again) { sealed.delete(medium); return released(mine, medium, false); }
    if (!answer.ok) throw said;
    soon(said.soon);
    return opened(said.key, bytes, medium);
  };
  const show = async (mine, veil, large) => {
    try {
      const bitmap = await released(mine, idOf(veil));
      if (!bitmap) return;
      if (mine.ended || document.hidden) { bitmap.close(); return; }
      mine.shown.push(place(veil, bitmap, large));
      Havre.say(word("revealed"));
    } catch (error) { if (!mine.ended) problem(error?.sentence || word("failed")); }
  };
  const reveal = (elements, { large = false } = {}) => {
    const wanted = [elements ?? []].flat(2).map((each) => each.closest?.(".veil[data-medium]") ?? each).filter((each) => each?.dataset?.medium);
    if (!wanted.length || asking || document.hidden) { if (!wanted.length) Havre.say(word("nothing")); return false; }
    if (!hold) hold = { id: base64(crypto.getRandomValues(new Uint8Array(16))), shown: [], asked: new Set(), told: [], ended: false };
    const mine = hold;
    mine.limit ??= setTimeout(end, 1000 * Number(chosen.longest));
    const fresh = wanted.filter((each) => !mine.asked.has(each));
    fresh.forEach((each) => mine.asked.add(each));
    return Promise.all(fresh.map((each) => show(mine, each, large)));
  };
  const end = () => {
    if (!hold) return;
    const mine = hold;
    hold = null; mine.ended = true; clearTimeout(mine.limit); clearTimeout(mine.short);
    mine.shown.splice(0).forEach(remove);
    told(mine, mine.told.slice(0, 1));
    if (!document.hidden) ahead();
  };
  const told = (mine, media) => {
    if (!media.length) return;
    Havre.post(`/media/${media[0]}/veil`, { hold: mine.id }, { keepalive: true }).then((got) => got.ok && got.json()).then((now) => now && bar(now)).catch(() => {});
  };

  /* ---- what is said ---- */
  const bar = (now) => {
    const care = document.getElementById("care");
    if (care) {
      care.querySelector("span").textContent = now.words;
      care.querySelector("rect.w").setAttribute("width", now.share);
      care.querySelector("svg.bar").setAttribute("aria-label", now.label);
    }
    soon(now.soon);
  };
  const soon = (words) => {
    const place = document.getElementById("pause-soon");
    if (!place || place.textContent === (words || "")) return;
    place.textContent = words || ""; place.hidden = !words;
    if (words) Havre.say(words);
  };
  const problem = (sentence) => {
    Havre.say(sentence);
    const place = document.getElementById("pause-soon");
    if (place) { place.textContent = sentence; place.hidden = false; }
  };

  /* ---- the reason, once a case and session ---- */
  const ask = (medium, reference) => {
    if (asking) return;
    asking = true; end();
    const dialog = reasonDialog(), words = document.getElementById("reason-words"), wrong = document.getElementById("reason-problem");
    document.getElementById("reason-case").textContent = reference;
    dialog.dataset.medium = medium; wrong.hidden = true;
    dialog.showModal(); words.focus();
  };
  const answered = async (event) => {
    event.preventDefault();
    const dialog = reasonDialog(), words = document.getElementById("reason-words"), wrong = document.getElementById("reason-problem");
    const answer = await Havre.post(`/media/${dialog.dataset.medium}/reason`, { reason: words.value }).catch(() => null);
    /* A field keeps the keys of a dialog that is closed until the page is drawn again. */
    if (answer?.ok) { words.value = ""; words.blur(); dialog.close(); asking = false; Havre.say(word("again")); return; }
    const said = await answer?.json().catch(() => ({}));
    wrong.textContent = said?.sentence || word("failed"); wrong.hidden = false;
  };

  /* ---- keys, plates, everything that ends it ---- */
  const again = () => {                                      /* whether this press is the second */
    const second = performance.now() - armed <= TWICE_MS;
    armed = second ? -Infinity : performance.now();
    if (!second) Havre.say(word("press"));
    return second;
  };
  Havre.twice = chosen.twice ? { again, shown: TWICE_SHOWN_MS } : null;
  const twice = (elements, more) => {                        /* the setting without holding: press, press again */
    if (hold) { end(); return true; }
    if (!again()) return true;
    reveal(elements, more);
    if (hold) hold.short = setTimeout(end, TWICE_SHOWN_MS);
    return true;
  };
  const press = (elements, more = {}) => (chosen.twice ? twice(elements, more) : reveal(elements, more));
  const letGo = () => { if (!chosen.twice) end(); };

  Havre.on("reveal", () => press(current()), letGo);
  Havre.on("reveal-large", () => press(current().slice(0, 1), { large: true }), letGo);
  Havre.on("veil", () => { const any = Boolean(hold); end(); return any; });
  Havre.on("tone", () => { colour = !colour; hold?.shown.forEach(draw); });

  let pressed = 0, plate = false;     /* a plate is held: letting it go ends what it began, and nothing else that a pointer does */
  document.addEventListener("pointerdown", (event) => {
    const tip = event.target.closest?.(".veil > .tip");
    if (!tip || event.button) return;
    const veil = tip.parentElement, wanted = veil.dataset.medium ? [veil] : current();   /* or what the page shows in this place */
    if (chosen.twice) { press(wanted); return; }
    clearTimeout(pressed);
    plate = true;
    pressed = setTimeout(() => reveal(wanted), PRESS_MS);       /* a click or a tap is over before */
  });
  const lifted = () => { clearTimeout(pressed); pressed = 0; if (plate && !chosen.twice) end(); plate = false; };
  for (const over of ["pointerup", "pointercancel"]) addEventListener(over, lifted, true);
  document.addEventListener("contextmenu", (event) => { if (event.target.closest?.(".veil > .tip, .veil-large")) event.preventDefault(); });
  const away = () => { clearTimeout(pressed); end(); };
  addEventListener("blur", away);
  addEventListener("keydown", (event) => { if (event.key === "Escape") away(); }, true);
  document.addEventListener("visibilitychange", () => { if (document.hidden) away(); });
  addEventListener("pagehide", () => { away(); sealed.clear(); });
  document.addEventListener("focusin", () => { if (!hold) ahead(); });
  document.addEventListener("htmx:beforeSwap", away);
  document.addEventListener("htmx:afterSettle", () => ahead());

  const begin = () => {
    const dialog = reasonDialog();
    dialog?.querySelector("form").addEventListener("submit", answered);
    dialog?.addEventListener("close", () => { asking = false; });
    document.getElementById("reason-not")?.addEventListener("click", () => dialog.close());
    /* Space is still held when the dialog opens: it is not meant for the field. */
    document.getElementById("reason-words")?.addEventListener("keydown", (event) => { if (event.repeat && event.key === " ") event.preventDefault(); });
    ahead();
  };
  Object.assign(Havre, { reveal, veil: end, ahead, reason: ask });
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", begin) : begin();
})();
