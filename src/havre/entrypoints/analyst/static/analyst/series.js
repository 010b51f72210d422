/* One series: its stacks by keys, its links as a graph that the table beside it has in words. */
"use strict";

(() => {
  /* ---- stacks: one of them is in the order of Tab, arrows move it ---- */
  const tiles = [...document.querySelectorAll("[data-tile]")];
  const current = () => Math.max(0, tiles.findIndex((tile) => tile.tabIndex === 0));
  const focus = (at) => {
    if (!tiles.length) return false;
    const next = tiles[Math.min(tiles.length - 1, Math.max(0, at))];
    tiles.forEach((tile) => { tile.tabIndex = tile === next ? 0 : -1; });
    next.focus();
    return true;
  };
  const within = () => document.activeElement?.closest?.("[data-tile]");
  const moving = (step) => () => (within() ? focus(current() + step()) : false);
  const columns = () => Math.max(1, tiles.filter((tile) => tile.offsetTop === tiles[0].offsetTop).length);
  Havre.on("tile-back", moving(() => -1));
  Havre.on("tile-on", moving(() => 1));
  Havre.on("tile-up", moving(() => -columns()));
  Havre.on("tile-down", moving(() => columns()));
  Havre.on("tile-first", moving(() => -tiles.length));
  Havre.on("tile-last", moving(() => tiles.length));
  for (const tile of tiles) tile.addEventListener("focusin", () => { tiles.forEach((other) => { other.tabIndex = other === tile ? 0 : -1; }); });
  Havre.on("select", () => {
    const box = (within() ?? tiles[current()])?.querySelector("input[type=checkbox]");
    if (!box) return false;
    box.checked = !box.checked;
    within() || focus(current());
    Havre.say(`${box.closest("[data-tile]").getAttribute("aria-label")}: ${box.checked ? "✓" : "–"} ${box.parentElement.textContent.trim()}`);
    return true;
  });

  /* ---- forms that keys lead to ---- */
  Havre.on("comment", (event) => { event?.preventDefault?.(); document.getElementById("comment-text")?.focus(); });
  Havre.on("identified", (event) => {
    const recorded = document.querySelector("#victims td > form [name=identified_by]");
    if (recorded) {      /* whoever is recorded already is not recorded a second time */
      event?.preventDefault?.();
      recorded.focus(); recorded.select();
      return true;
    }
    const form = document.getElementById("victim-form");
    if (!form) return false;
    event?.preventDefault?.();
    form.open = true;
    document.getElementById("victim-identified").checked = true;
    document.getElementById("victim-pseudonym").focus();
    return true;
  });
  document.getElementById("problem")?.focus();

  /* ---- links ---- */
  const box = document.getElementById("graph");
  const rows = [...document.querySelectorAll("#graph-edges tbody > tr")];
  if (!box || !rows.length) return;
  const said = document.getElementById("graph-said");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  let graph = null, at = -1;

  const tell = (number) => {
    at = (number + rows.length) % rows.length;
    rows.forEach((row, index) => row.toggleAttribute("data-on", index === at));
    const [one, other, why] = [...rows[at].cells].map((cell) => cell.innerText.trim().replace(/\s+/g, " "));
    said.textContent = `${one} — ${other}: ${why}`;
    const table = rows[at].closest(".links-table");
    table.scrollTop = rows[at].offsetTop - table.clientHeight / 2;
    graph?.elements().removeClass("on");
    graph?.$id(`e${at}`).addClass("on").connectedNodes().addClass("on");
  };
  Havre.on("link-on", () => { tell(at + 1); });
  Havre.on("link-back", () => { tell(at < 0 ? -1 : at - 1); });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); event.stopPropagation(); tell(at < 0 && step < 0 ? -1 : at + step); }
  });
  rows.forEach((row, index) => row.addEventListener("click", () => tell(index)));

  const veilOf = (medium) => document.querySelector(`[data-medium="${CSS.escape(medium)}"] > img`)?.getAttribute("src");
  /* Many circles (MANY of series_shown.py) are smaller and carry the number of their tile alone: names would lie over each other. */
  const crowded = "crowded" in box.dataset, wide = crowded ? 24 : 34;
  const style = () => [
    { selector: "node", style: { width: wide, height: wide, "background-color": colour("--well"), "border-width": 2, "border-color": colour("--accent"), label: crowded ? "data(number)" : "data(label)", "font-family": "Plex Sans, sans-serif", "font-size": 10, color: colour("--ink"), "text-valign": "bottom", "text-margin-y": 4, } },
    { selector: "node[veil]", style: { "background-image": "data(veil)", "background-fit": "cover" } },
    { selector: "node[?outside]", style: { "border-color": colour("--near"), "border-style": "dashed" } },
    { selector: "edge", style: { width: 1.4, "line-color": colour("--line-strong"), "curve-style": "bezier", label: rows.length > 12 ? "" : "data(short)", "font-family": "Plex Sans, sans-serif", "font-size": 9, color: colour("--ink-2"), "text-background-color": colour("--surface"), "text-background-opacity": 1, "text-background-padding": 2 } },
    { selector: "edge[?dashed]", style: { "line-style": "dashed" } },
    { selector: "node.on", style: { "border-width": 4, "z-index": 10, label: "data(label)", "text-background-color": colour("--surface"), "text-background-opacity": 1, "text-background-padding": 2 } },
    { selector: "edge.on", style: { width: 3.5, "line-color": colour("--accent"), color: colour("--ink"), "z-index": 9, label: "data(short)" } },
  ];
  const draw = () => {
    /* Cytoscape writes a <style> unless this element is there, which the page's policy would refuse. */
    if (!document.getElementById("__________cytoscape_stylesheet")) {
      const there = document.createElement("meta");
      there.id = "__________cytoscape_stylesheet";
      document.head.append(there);
    }
    box.classList.add("drawn");
    const nodes = [...document.querySelectorAll("#graph-nodes > li")].map((node) => {
      const { node: medium, number, x, y } = node.dataset, veil = veilOf(medium);
      return { data: { id: `n${medium}`, label: node.textContent, number, outside: "outside" in node.dataset, ...(veil && { veil }) }, position: { x: Number(x) / 1000 * box.clientWidth, y: Number(y) / 600 * box.clientHeight } };
    });
    const edges = rows.map((row, index) => ({ data: { id: `e${index}`, source: `n${row.dataset.one}`, target: `n${row.dataset.other}`, short: row.dataset.short, dashed: "dashed" in row.dataset } }));
    graph = cytoscape({ container: box, elements: [...nodes, ...edges], style: style(), layout: { name: "preset", fit: false }, autoungrabify: true, userZoomingEnabled: false, boxSelectionEnabled: false, selectionType: "single" });
    graph.on("tap mouseover", "edge", (event) => tell(Number(event.target.id().slice(1))));
    graph.on("tap", "node", (event) => { const first = event.target.connectedEdges()[0]; if (first) tell(Number(first.id().slice(1))); });
    new MutationObserver(() => graph.style(style())).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
    box.dataset.ready = "";
  };
  window.cytoscape ? draw() : addEventListener("load", draw, { once: true });
})();
