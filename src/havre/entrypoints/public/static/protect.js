/* Choose pictures and films; their hashes are made on this device and written into the form, where everybody can read
   them. The field for files stands outside the form and has no name: no file is ever part of what is sent, and this
   page may connect to nothing (connect-src 'none'); the one way out is the button that sends the form. */
"use strict";
(() => {
  const box = document.querySelector("[data-chooser]");
  if (!box) return;
  const at = (name) => box.querySelector(`[data-is="${name}"]`);
  const picker = at("picker"), list = at("list"), state = at("state"), bar = at("bar"), all = at("all");
  const form = document.querySelector("form[data-hashes]"), field = form.elements.hashes;
  const say = box.dataset, MOST_FILES = Number(say.files), MOST_PRINTS = Number(say.prints), FLAT = Number(say.quality);
  const FILM_FRAMES = 240, SAME = 10, PATIENCE = 20000;
  const tooOld = () => { box.hidden = false; picker.disabled = true; state.textContent = say.old; };
  if (!window.Worker || !window.OffscreenCanvas || !window.WebAssembly) return tooOld();

  /* Loaded now, and not when the first picture is chosen: from here on the network may be cut. */
  const worker = new Worker("/static/hasher.js"), waits = new Map();
  let asked = 0, begun = false;
  const late = setTimeout(() => { if (!begun) tooOld(); }, PATIENCE);
  worker.onmessage = ({ data }) => {
    if (data.ready) {  /* nothing is offered before all of it is here; a slow line may bring it late */
      begun = true;
      clearTimeout(late);
      box.hidden = picker.disabled = false;
      state.textContent = "";
      return;
    }
    if (data.old) return tooOld();
    const mine = waits.get(data.id);
    if (!mine) return;
    if (data.part !== undefined) return mine.told(data.part);
    waits.delete(data.id);
    if (data.wrong) mine.fail(new Error("unreadable")); else mine.done(data);
  };
  worker.onerror = () => {
    if (!begun) return tooOld();
    for (const each of waits.values()) each.fail(new Error("unreadable"));
    waits.clear();
  };
  const hash = (what, told = () => {}) => new Promise((done, fail) => {
    waits.set(++asked, { done, fail, told });
    worker.postMessage({ id: asked, ...what }, what.frame ? [what.frame] : []);
  });

  const kept = [];  /* {kind, md5, sha256, prints: [[quality, pdq]], name} */
  const room = () => MOST_PRINTS - kept.reduce((sum, each) => sum + each.prints.length, 0);
  const write = () => {
    field.value = kept.flatMap((each) => [
      `${each.kind} ${each.md5} ${each.sha256}`, ...each.prints.map(([quality, pdq]) => `pdq ${quality} ${pdq}`),
    ]).join("\n");
    all.textContent = field.value;
    box.dataset.ready = String(kept.length);
  };
  /* What came back with a form that must be mended stays. */
  for (const line of field.value.split("\n").map((each) => each.trim().split(" "))) {
    if (line[0] === "pdq" && kept.length) kept[kept.length - 1].prints.push([line[1], line[2]]);
    else if (line.length === 3) kept.push({ kind: line[0], md5: line[1], sha256: line[2], prints: [], name: "" });
  }

  const row = (name, said, each) => {
    const item = document.createElement("li"), text = document.createElement("span");
    text.textContent = name ? `${name}: ${said}` : said;
    item.append(text);
    if (each) {
      const gone = document.createElement("button");
      gone.type = "button";
      gone.className = "second";
      gone.textContent = say.remove;
      gone.setAttribute("aria-label", `${say.remove}: ${name || said}`);
      gone.onclick = () => { kept.splice(kept.indexOf(each), 1); item.remove(); write(); state.textContent = say.removed; };
      item.append(gone);
    }
    list.append(item);
  };
  const keep = (name, each) => {
    kept.push(each);
    row(name, each.kind === "film" ? say.film.replace("%", each.prints.length) : say.picture, each);
    write();
  };

  const event = (of, name) => new Promise((done, fail) => {
    const over = setTimeout(() => fail(new Error("unreadable")), PATIENCE);  /* some browsers say nothing at all */
    of.addEventListener(name, () => { clearTimeout(over); done(); }, { once: true });
    of.addEventListener("error", () => { clearTimeout(over); fail(new Error("unreadable")); }, { once: true });
  });
  const apart = (one, other) => {
    let bits = 0;
    for (let i = 0; i < 64; i++)
      for (let x = parseInt(one[i], 16) ^ parseInt(other[i], 16); x; x &= x - 1) bits++;
    return bits;
  };
  /* One frame a second, further apart where a film is long; what hardly differs from the last one is left out. */
  const film = async (file, most, told) => {
    const video = document.createElement("video"), url = URL.createObjectURL(file), prints = [];
    let looked = false;
    video.muted = video.playsInline = true;
    video.preload = "auto";
    try {
      const known = event(video, "loadeddata");
      video.src = url;
      video.load();
      await known;
      if (!Number.isFinite(video.duration)) {  /* recorded by a browser: its length is known at its end */
        const long = event(video, "durationchange");
        video.currentTime = 1e9;
        await long;
      }
      const step = Math.max(1, video.duration / Math.min(most, FILM_FRAMES));
      for (let second = 0; second < video.duration && prints.length < most; second += step) {
        const there = event(video, "seeked");
        video.currentTime = second;
        await there;
        const { quality, pdq } = await hash({ frame: await createImageBitmap(video, { colorSpaceConversion: "none" }) });
        const last = prints[prints.length - 1];
        if (quality >= FLAT && !(last && apart(last[1], pdq) <= SAME)) prints.push([quality, pdq]);
        told(second / video.duration);
        looked = true;
      }
      if (!looked) throw new Error("unreadable");
    } finally {
      video.removeAttribute("src");
      video.load();
      URL.revokeObjectURL(url);
    }
    return prints;
  };

  const take = async (file, told) => {
    const said = file.type.startsWith("video/");
    const made = await hash({ file }, (part) => told(said ? part / 2 : part));
    const isFilm = made.pdq === undefined;  /* without a type, what is no picture is tried as a film */
    if (kept.some((each) => each.sha256 === made.sha256)) return row(file.name, say.twice);
    const kind = isFilm ? "film" : "picture";
    const prints = isFilm ? await film(file, room(), (part) => told(0.5 + part / 2)) : [[made.quality, made.pdq]];
    const good = prints.filter(([quality]) => quality >= FLAT);
    if (!good.length) return row(file.name, say.flat);
    return keep(file.name, { kind, md5: made.md5, sha256: made.sha256, prints: good, name: file.name });
  };
  picker.addEventListener("change", async () => {
    const files = [...picker.files];
    picker.value = "";
    picker.disabled = true;
    bar.hidden = false;
    for (const [place, file] of files.entries()) {
      state.textContent = say.reading.replace("%", place + 1).replace("%", files.length);
      if (kept.length >= MOST_FILES || room() < 1) { row(file.name, say.full); continue; }
      try {
        await take(file, (part) => { bar.value = (place + part) / files.length; });
      } catch {
        row(file.name, say.unreadable);
      }
    }
    bar.hidden = true;
    picker.disabled = false;
    state.textContent = say.done.replace("%", kept.length);
  });
  form.addEventListener("submit", (sent) => {
    const wrong = kept.length ? (navigator.onLine ? "" : say.offline) : say.none;
    if (!wrong) return;
    sent.preventDefault();
    state.textContent = wrong;
    state.scrollIntoView({ block: "center" });
  });
  for (const each of kept) row("", each.kind === "film" ? say.film.replace("%", each.prints.length) : say.picture, each);
  write();
})();
