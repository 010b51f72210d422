/* Does a small piece of work for whoever reports, while they type, so that their letter need not wait behind those of
   machines. Nothing is sent, nothing is kept; without this script a letter waits a little longer and counts the same.
   SHA-256 is our own: crypto.subtle is not there without TLS, and one short block is faster than a promise. */
"use strict";
(() => {
  const form = document.querySelector("form[data-bits]");
  if (!form) return;
  const root = (n, power) => { const r = Math.pow(n, power); return ((r - Math.floor(r)) * 4294967296) | 0; };
  const K = [], H = [];
  for (let n = 2; K.length < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (H.length < 8) H.push(root(n, 1 / 2));
    K.push(root(n, 1 / 3));
  }
  const w = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  const first = (text) => {  /* the first word of SHA-256 of a text of at most 55 signs */
    w.fill(0);
    for (let i = 0; i < text.length; i++) w[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
    w[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
    w[15] = text.length * 8;
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + w[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = H;
    for (let i = 0; i < 64; i++) {
      const s = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const t = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + s) | 0; d = c; c = b; b = a; a = (s + t) | 0;
    }
    return (H[0] + a) >>> 0;
  };
  const bits = Number(form.dataset.bits), puzzle = form.elements.puzzle.value;
  let nonce = 0;
  const work = () => {
    const until = Date.now() + 20;
    while (Date.now() < until)
      for (let i = 0; i < 200; i++, nonce++)
        if (first(puzzle + "." + nonce) >>> (32 - bits) === 0) { form.elements.work.value = String(nonce); return; }
    setTimeout(work, 5);
  };
  setTimeout(work, 50);
})();
