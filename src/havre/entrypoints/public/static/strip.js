/* Takes out of a picture what says where, when and with what it was made, by cutting these parts out of the file: the
   picture itself is not touched, and nothing is sent. Only which side is up is kept. */
"use strict";
(() => {
  const box = document.querySelector("[data-strip]");
  if (!box) return;
  box.hidden = false;
  const say = box.dataset, picker = box.querySelector("input"), list = box.querySelector("ul");
  const state = box.querySelector("[role=status]");
  const word = (b, at, count) => String.fromCharCode(...b.subarray(at, at + count));
  const big = (b, at) => ((b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]) >>> 0;
  const little = (b, at) => (b[at] | (b[at + 1] << 8) | (b[at + 2] << 16) | (b[at + 3] << 24)) >>> 0;

  /* Which side is up, by the TIFF inside Exif: 1 to 8; 1 where it does not say. */
  const turned = (tiff) => {
    const small = word(tiff, 0, 2) === "II", two = (at) => small ? tiff[at] | (tiff[at + 1] << 8) : (tiff[at] << 8) | tiff[at + 1];
    const first = small ? little(tiff, 4) : big(tiff, 4);
    for (let i = 0, count = two(first); i < count && first + 14 + 12 * i <= tiff.length; i++) {
      const at = first + 2 + 12 * i;
      if (two(at) === 0x112) return two(at + 8) >= 1 && two(at + 8) <= 8 ? two(at + 8) : 1;
    }
    return 1;
  };
  const upright = (turn) => Uint8Array.of(
    77, 77, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0);
  const joined = (parts) => {
    const whole = new Uint8Array(parts.reduce((sum, each) => sum + each.length, 0));
    let at = 0;
    for (const each of parts) { whole.set(each, at); at += each.length; }
    return whole;
  };

  /* A profile of colours says the day, the maker and the model of what it was made by or for: these bytes are emptied,
     and the colours stay. `at` is where it begins. */
  const nameless = (b, at) => { b.fill(0, at + 24, at + 36); b.fill(0, at + 40, at + 56).fill(0, at + 84, at + 100); return b; };

  /* JPEG: segments. What lies behind the end is another picture, a film or a list of a phone's. */
  const scanEnd = (b, at) => {
    for (; at + 1 < b.length; at++)
      if (b[at] === 0xff && b[at + 1] !== 0 && b[at + 1] !== 0xff && (b[at + 1] < 0xd0 || b[at + 1] > 0xd7)) break;
    return at;
  };
  const segment = (b, at, end) => {  /* what stays of one: nothing, all, or JFIF without its small picture */
    const mark = b[at + 1];
    if (mark === 0xe0) return word(b, at + 4, 5) === "JFIF\0"
      ? joined([Uint8Array.of(0xff, 0xe0, 0, 16), b.subarray(at + 4, at + 16), new Uint8Array(2)]) : null;
    if (mark === 0xe2) {
      if (word(b, at + 4, 12) !== "ICC_PROFILE\0") return null;
      return b[at + 16] === 1 && end - at >= 18 + 128 ? nameless(b.slice(at, end), 18) : b.subarray(at, end);
    }
    if (mark === 0xee) return word(b, at + 4, 5) === "Adobe" ? b.subarray(at, end) : null;
    return mark === 0xfe || (mark >= 0xe0 && mark <= 0xef) ? null : b.subarray(at, end);
  };
  const jpeg = (b) => {
    const parts = [b.subarray(0, 2)];
    let turn = 1;
    for (let at = 2; at + 2 <= b.length;) {
      if (b[at] !== 0xff) return null;
      if (b[at + 1] === 0xff) { at++; continue; }
      if (b[at + 1] === 0xd9) {
        const tiff = upright(turn), behind = parts[1] && parts[1][1] === 0xe0 ? 2 : 1;
        const exif = joined([Uint8Array.of(0xff, 0xe1, 0, tiff.length + 8, 69, 120, 105, 102, 0, 0), tiff]);
        if (turn !== 1) parts.splice(behind, 0, exif);
        return joined([...parts, b.subarray(at, at + 2)]);
      }
      const end = at + 2 + ((b[at + 2] << 8) | b[at + 3]);
      if (end < at + 4 || end > b.length) return null;
      if (b[at + 1] === 0xe1 && word(b, at + 4, 6) === "Exif\0\0" && turn === 1) turn = turned(b.subarray(at + 10, end));
      const stays = segment(b, at, end), scan = b[at + 1] === 0xda;
      if (stays) parts.push(stays);
      at = end;
      if (scan) { const to = scanEnd(b, at); parts.push(b.subarray(at, to)); at = to; }
    }
    return null;
  };

  /* PNG: chunks; only those that are needed to show it. */
  const SHOWN = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "pHYs", "acTL", "fcTL", "fdAT", "cICP"];
  const crc = (b) => {
    let sum = -1;
    for (const each of b) { sum ^= each; for (let k = 0; k < 8; k++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0); }
    return ~sum >>> 0;
  };
  const four = (n) => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);
  const png = (b) => {
    const parts = [b.subarray(0, 8)];
    let turn = 1;
    for (let at = 8; at + 12 <= b.length;) {
      const end = at + 12 + big(b, at), name = word(b, at + 4, 4);
      if (end > b.length) return null;
      if (name === "eXIf") turn = turned(b.subarray(at + 8, end - 4));
      if (SHOWN.includes(name)) parts.push(b.subarray(at, end));
      if (name === "IEND") {
        const said = joined([Uint8Array.of(101, 88, 73, 102), upright(turn)]);
        if (turn !== 1) parts.splice(2, 0, joined([four(said.length - 4), said, four(crc(said))]));
        return joined(parts);
      }
      at = end;
    }
    return null;
  };

  /* WebP: chunks of a RIFF, and flags that say which there are. */
  const PARTS = ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"];
  const frame = (b, at, end) => {  /* one of a moving picture: its place and time, and what shows it */
    const parts = [b.slice(at, at + 24)];
    for (let part = at + 24; part + 8 <= end;) {
      const long = little(b, part + 4), behind = Math.min(end, part + 8 + long + (long & 1));
      if (["ALPH", "VP8 ", "VP8L"].includes(word(b, part, 4))) parts.push(b.subarray(part, behind));
      part = behind;
    }
    const whole = joined(parts), size = whole.length - 8;
    whole.set([size, size >>> 8, size >>> 16, size >>> 24], 4);
    return size & 1 ? joined([whole, new Uint8Array(1)]) : whole;
  };
  const webp = (b) => {
    const parts = [];
    let turn = 1, size = 4;
    for (let at = 12; at + 8 <= Math.min(b.length, little(b, 4) + 8);) {
      const long = little(b, at + 4), end = Math.min(b.length, at + 8 + long + (long & 1)), name = word(b, at, 4);
      if (at + 8 + long > b.length || (name === "ANMF" && long < 16)) return null;
      if (name === "EXIF") turn = turned(b.subarray(word(b, at + 8, 4) === "Exif" ? at + 14 : at + 8, at + 8 + long));
      if (name === "ANMF") parts.push(frame(b, at, at + 8 + long));
      else if (name === "ICCP" && long >= 128) parts.push(nameless(b.slice(at, end), 8));
      else if (PARTS.includes(name)) parts.push(name === "VP8X" ? b.slice(at, end) : b.subarray(at, end));
      at = end;
    }
    if (!parts.length) return null;
    if (word(parts[0], 0, 4) === "VP8X") {
      parts[0][8] &= ~0x0c;  /* neither Exif nor XMP */
      if (turn !== 1) {
        const tiff = upright(turn);
        parts[0][8] |= 0x08;
        parts.push(joined([Uint8Array.of(69, 88, 73, 70, tiff.length, 0, 0, 0), tiff]));
      }
    }
    for (const each of parts) size += each.length;
    return joined([b.subarray(0, 4), Uint8Array.of(size, size >>> 8, size >>> 16, size >>> 24), b.subarray(8, 12), ...parts]);
  };

  const kinds = [
    [(b) => b[0] === 0xff && b[1] === 0xd8, jpeg, "jpg", "image/jpeg"],
    [(b) => word(b, 0, 8) === "\x89PNG\r\n\x1a\n", png, "png", "image/png"],
    [(b) => word(b, 0, 4) === "RIFF" && word(b, 8, 4) === "WEBP", webp, "webp", "image/webp"],
  ];
  let made = 0;
  picker.addEventListener("change", async () => {
    const files = [...picker.files];
    picker.value = "";
    for (const file of files) {
      const item = document.createElement("li");
      let bytes, kind, clean = null;
      try {
        bytes = new Uint8Array(await file.arrayBuffer());
        kind = kinds.find(([is]) => is(bytes));
        clean = kind ? kind[1](bytes) : null;
      } catch {
        /* Gone since it was chosen, or cut short: it is named below as what can't be done, and the others are done. */
      }
      if (clean) {
        const link = document.createElement("a");
        link.className = "button";
        link.download = `picture-${++made}.${kind[2]}`;  /* a name may say a day, a place or a person */
        link.href = URL.createObjectURL(new Blob([clean], { type: kind[3] }));
        link.textContent = say.save.replace("%", link.download);
        const cut = document.createElement("span");
        cut.textContent = `${file.name}: ${say.cut.replace("%", bytes.length - clean.length)}`;
        item.append(cut, link);
      } else {
        item.textContent = `${file.name}: ${say.other}`;
      }
      list.append(item);
    }
    state.textContent = say.done;
  });
})();
