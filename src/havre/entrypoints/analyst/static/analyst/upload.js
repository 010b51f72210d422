/* Send files to an intake: piece by piece from where each one ends, three at a time, again after any cut.
   Each piece goes with its SHA-256; the server keeps none that does not have it. Chosen again after a reload, a file
   goes on only if its first piece is the one that was sent. */
"use strict";

(() => {
  const root = document.getElementById("upload");
  if (!root) return;
  const AT_ONCE = 3, TOGETHER = 200, LONGEST_WAIT = 30;
  const CHUNK = Number(root.dataset.chunk), order = Number(root.dataset.order);
  const by = (id) => document.getElementById(id);
  const word = (name, values = {}) => root.querySelector(`[data-word="${name}"]`).textContent.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const numbers = new Intl.NumberFormat(document.documentElement.lang), percents = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
  /* Units as the table beside it writes them, in the language of the page. */
  const [KB, MB, GB] = root.dataset.units.split("|").map((said) => said.replace(/^[\d.,\s]+/, ""));
  const bytes = (count) => {
    const [unit, by_] = count >= 2 ** 30 ? [GB, 2 ** 30] : count >= 2 ** 20 ? [MB, 2 ** 20] : [KB, 2 ** 10];
    return `${numbers.format(Math.round(10 * count / by_) / 10)} ${unit}`;
  };
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const sha256 = (buffer) => crypto.subtle.digest("SHA-256", buffer);
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

  const waiting = [];       /* { file, name } not announced yet */
  const ready = [];         /* announced: { file, name, id, offset } */
   let all = 0, done = 0, files = 0, working = 0, paused = false, troubles = 0, announcing = false;

  const say = (words, kind = "") => { const said = by("said"); said.hidden = !words; said.textContent = words; said.className = `said ${kind}`; };
  const trouble = (words) => {
    troubles += 1;
    by("troubles").hidden = false;
    const line = document.createElement("li");
    line.textContent = words;
    by("troubles").querySelector("ul").append(line);
  };
  const show = () => {
    const share = all ? done / all : files ? 1 : 0;
    by("going").hidden = !files;
    by("percent").textContent = percents.format(Math.floor(100 * Math.min(share, 1)) / 100);
    by("amount").textContent = word("amount", { done: bytes(done), all: bytes(all), files: numbers.format(files) });
    by("bar").value = Math.floor(1000 * Math.min(share, 1));
    const busy = working > 0 || announcing || waiting.length > 0 || ready.length > 0;
    by("pause").hidden = paused || !busy;
    by("resume").hidden = !paused;
    by("begin").hidden = busy || !files;
    by("choose").className = `btn ${files ? "btn-plain" : "btn-main"}`;
    if (!busy && files && !paused) {
      say(troubles ? word("left") : word("done"), troubles ? "warning" : "");
      by("current").textContent = "";
    }
  };

  class Said extends Error {}      /* the server said why: no use in trying again */
  class Cut extends Error {}       /* it may go better in a while */

  const answer = async (response) => {
    if (response.status === 409 || response.ok) return response.json();
    if (response.redirected || response.status === 401 || response.status === 403) throw new Cut(word("signin"));
    let sentence = "";
    try { sentence = (await response.json()).sentence; } catch { /* no sentence */ }
    if (response.status === 400 || response.status === 404) throw new Said(sentence || response.statusText);
    throw new Cut(sentence);
  };
  const ask = async (address, options) => {
    let response;
    const headers = { "X-CSRFToken": JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"], Accept: "application/json", ...options.headers };
    try { response = await fetch(address, { ...options, headers, redirect: "manual" }); } catch { throw new Cut(""); }
    if (response.type === "opaqueredirect") throw new Cut(word("signin"));
    return answer(response);
  };
  /* Tries until it goes, longer apart each time; says what is the matter meanwhile. */
  const lasting = async (act) => {
    for (let seconds = 1; ; seconds = Math.min(2 * seconds, LONGEST_WAIT)) {
      while (paused) await sleep(200);
      try { const got = await act(); if (seconds > 1) say(""); return got; } catch (error) {
        if (!(error instanceof Cut)) throw error;
        say(error.message || word("again", { seconds: numbers.format(seconds) }), "warning");
        await sleep(1000 * seconds);
      }
    }
  };

  const announce = async () => {
    announcing = true;
    while (waiting.length) {
      const some = waiting.splice(0, TOGETHER);
      const told = { order, files: some.map(({ file, name }) => ({ name, size: file.size, modified: Math.max(0, file.lastModified) })) };
      let got;
      try {
        got = await lasting(() => ask(root.dataset.uploads, { method: "POST", body: JSON.stringify(told), headers: { "Content-Type": "application/json" } }));
      } catch (error) { for (const { file } of some) all -= file.size; files -= some.length; trouble(error.message); continue; }
      got.files.forEach((each, place) => {
        const mine = some[place];
        if (each.sentence) { all -= mine.file.size; files -= 1; trouble(each.sentence); } else ready.push({ ...mine, id: each.id, offset: each.offset, first: each.first });
      });
      work();
      show();
    }
    announcing = false;
    show();
  };

  const same = async ({ file, first }) => !first || hex(await sha256(await file.slice(0, first.bytes).arrayBuffer())) === first.sha256;

  const send = async (mine) => {
    const { file, name } = mine;
    if (mine.offset) {
      if (!(await same(mine))) { all -= file.size; files -= 1; trouble(word("other", { name })); return; }
      done += mine.offset;
    }
    while (mine.offset < file.size) {
      by("current").textContent = name;
      const at = mine.offset, piece = await file.slice(at, at + CHUNK).arrayBuffer(), digest = base64(await sha256(piece));
      const got = await lasting(async () => {
        return ask(`${root.dataset.uploads}/${mine.id}`, { method: "PATCH", body: piece, headers: { "Upload-Offset": String(at), "Upload-Checksum": `sha256 ${digest}`, "Content-Type": "application/offset+octet-stream" } });
      });
      done += got.offset - at;
      mine.offset = got.offset;
      show();
    }
  };

  const work = () => {
    while (working < AT_ONCE && ready.length) {
      const mine = ready.shift();
      working += 1;
      send(mine).catch((error) => {
        all -= mine.file.size - mine.offset;
        trouble(error instanceof Said ? `${mine.name}: ${error.message}` : word("unreadable", { name: mine.name }));
      }).finally(() => { working -= 1; work(); show(); });
    }
  };

  const take = (chosen) => {
    say("");
    for (const each of chosen) { waiting.push(each); all += each.file.size; files += 1; }
    show();
    if (!announcing && waiting.length) announce();
  };

  /* A dropped folder is walked; the names are the ways below what was dropped. */
  const walked = async (entry, found = []) => {
    if (entry.isFile) {
      const name = entry.fullPath.replace(/^\//, "");
      try { found.push({ name, file: await new Promise((yes, no) => entry.file(yes, no)) }); } catch { trouble(word("unreadable", { name })); }
    } else if (entry.isDirectory) {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((yes, no) => reader.readEntries(yes, no));
        if (!some.length) break;
        for (const each of some) await walked(each, found);
      }
    }
    return found;
  };

  const begin = () => {
    for (const id of ["folder", "files"]) {
      by(id).addEventListener("change", (event) => {
        take([...event.target.files].map((file) => ({ file, name: file.webkitRelativePath || file.name })));
        event.target.value = "";
      });
    }
    const drop = by("drop");
    for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", async (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
      for (const entry of entries) take(await walked(entry));
    });
    by("pause").addEventListener("click", () => { paused = true; say(word("paused")); show(); by("resume").focus(); });
    by("resume").addEventListener("click", () => { paused = false; say(""); show(); by("pause").focus(); });
    addEventListener("beforeunload", (event) => { if (working || waiting.length) event.preventDefault(); });
  };
  begin();
})();
