/* Charts are drawn from the tables beside them, so that a chart never shows what its table hides.
   Canvas and no tooltip: ECharts' SVG and its tooltip write style attributes, which the policy forbids. */
"use strict";
(() => {
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  /* A column that says which colour it has everywhere else (data-shade) has it here too. */
  const SHADES = ["--accent", "--line-strong", "--near"];
  const cells = (row) => [...row.querySelectorAll("td[data-n]")].length
    ? [...row.children].slice(1).map((cell) => ("n" in cell.dataset ? Number(cell.dataset.n) : null)) : null;

  const draw = (table) => {
    const place = table.parentElement.querySelector(".chart");
    const rows = [...table.tBodies[0].rows];
    const names = rows.map((row) => row.cells[0].textContent.trim());
    const cols = [...table.tHead.rows[0].cells].slice(1);
    const heads = cols.map((cell) => cell.textContent);
    const values = rows.map((row) => cells(row) || []);
    const all = table.dataset.chart === "bars" ? 1 : heads.length - (table.tFoot ? 1 : 0);
    const shown = heads.slice(0, all).map((name, at) => ({ name, at })).filter(({ at }) => values.some((row) => row[at] != null));
    if (!shown.length) { place.hidden = true; return; }
    const text = { color: token("--ink-2"), fontFamily: "Plex Sans, sans-serif", fontSize: 11 };
    const chart = echarts.getInstanceByDom(place) || echarts.init(place, null, { renderer: "canvas" });
    chart.setOption({
      animation: false, color: shown.map(({ at }, n) => token(cols[at].dataset.shade || SHADES[n])), textStyle: text, tooltip: { show: false },
      legend: { show: shown.length > 1, bottom: 0, itemWidth: 10, itemHeight: 10, textStyle: text, selectedMode: false },
      grid: { left: 4, right: 12, top: 8, bottom: shown.length > 1 || place.dataset.unit ? 26 : 8, containLabel: true },
      xAxis: { type: "value", minInterval: table.dataset.chart === "bars" ? 0 : 1, name: place.dataset.unit || "", nameLocation: "middle", nameGap: 20, nameTextStyle: text, splitNumber: 3, splitLine: { lineStyle: { color: token("--line") } }, axisLabel: text },
      yAxis: { type: "category", inverse: true, data: names, axisLabel: { ...text, width: 84, overflow: "truncate" }, axisTick: { show: false }, axisLine: { lineStyle: { color: token("--line-strong") } } },
      series: shown.map(({ name, at }) => ({ name, type: "bar", stack: "all", barMaxWidth: 14, silent: true, data: values.map((row) => row[at] ?? null) })),
    }, true);
  };

  /* Countries by their names in the page's language, as the browser knows them. */
  const named = new Intl.DisplayNames([document.documentElement.lang], { type: "region", fallback: "code" });
  for (const cell of document.querySelectorAll("[data-country]")) {
    try { cell.textContent = named.of(cell.dataset.country); } catch { /* no country: its letters stay */ }
  }

  const drawAll = () => document.querySelectorAll("table[data-chart]").forEach(draw);
  drawAll();
  new MutationObserver(drawAll).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  addEventListener("resize", () => document.querySelectorAll(".chart:not([hidden])").forEach((place) => echarts.getInstanceByDom(place)?.resize()));
})();
