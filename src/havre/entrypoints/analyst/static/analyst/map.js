/* The world of a series, offline: countries by how strongly clues point at them, circles, places that pictures state.
   Equal Earth (Šavrič, Patterson, Jenny 2018); borders of world-atlas (Natural Earth). What it shows is in the table too. */
"use strict";

(() => {
  const RAD = Math.PI / 180, EARTH_KM = 6371.0088, SCALE = 182, LEFT = 2.72, TOP = 1.32;
  const SVG = "http://www.w3.org/2000/svg";
  const NUMBERLESS = { Kosovo: "983", "N. Cyprus": "196", Somaliland: "706" };
  const atlases = new Map();
  const atlas = (address) => {
    if (!atlases.has(address)) atlases.set(address, fetch(address).then((got) => got.json()).then((world) => topojson.feature(world, world.objects.countries).features));
    return atlases.get(address);
  };

  const place = ([longitude, latitude]) => {
    const m = Math.sqrt(3) / 2, t = Math.asin(m * Math.sin(latitude * RAD)), t2 = t * t, t6 = t2 * t2 * t2;
    const down = m * (1.340264 - 3 * 0.081106 * t2 + t6 * (7 * 0.000893 + 9 * 0.003796 * t2));
    const x = (longitude * RAD * Math.cos(t)) / down, y = -t * (1.340264 - 0.081106 * t2 + t6 * (0.000893 + 0.003796 * t2));
    return [(x + LEFT) * SCALE, (y + TOP) * SCALE];
  };
  /* A step over the date line starts a new stroke. */
  const line = (points) => points.map((point, at) => {
    const [x, y] = place(point), jumps = at && Math.abs(point[0] - points[at - 1][0]) > 180;
    return `${at && !jumps ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`;
  }).join("");
  const ringsOf = ({ type, coordinates }) => (type === "Polygon" ? [coordinates] : coordinates).flat();
  const around = ([longitude, latitude, km]) => Array.from({ length: 73 }, (_, at) => {
    const turn = at * 5 * RAD, far = km / EARTH_KM, north = latitude * RAD;
    const to = Math.asin(Math.sin(north) * Math.cos(far) + Math.cos(north) * Math.sin(far) * Math.cos(turn));
    const east = Math.atan2(Math.sin(turn) * Math.sin(far) * Math.cos(north), Math.cos(far) - Math.sin(north) * Math.sin(to));
    return [((longitude + east / RAD + 540) % 360) - 180, to / RAD];
  });

  const add = (svg, name, values, ...classes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
    made.classList.add(...classes.filter(Boolean));
    svg.append(made);
    return made;
  };
  const dot = (svg, point, radius, ...classes) => {
    const [cx, cy] = place(point);
    add(svg, "circle", { cx: cx.toFixed(2), cy: cy.toFixed(2), r: radius.toFixed(2) }, ...classes);
  };
  /* The part that is worth enlarging: circles and places; without them the likeliest countries. */
  const worth = (features, rank, circles, places) => {
    const points = [...circles.flatMap(around), ...places];
    if (points.length) return points;
    return features.filter((each) => rank[each.id] === 3).flatMap((each) => {
      const rings = ringsOf(each.geometry);
      return rings.reduce((most, ring) => (ring.length > most.length ? ring : most), []);
    });
  };
  const zoom = (svg, points) => {
    if (!points.length) return 1;
    const on = points.map(place), xs = on.map(([x]) => x), ys = on.map(([, y]) => y);
    const wide = Math.max(Math.max(...xs) - Math.min(...xs), (Math.max(...ys) - Math.min(...ys)) * 330 / 288, 26) * 1.5, high = wide * 288 / 330;
    const x = (Math.max(...xs) + Math.min(...xs) - wide) / 2, y = (Math.max(...ys) + Math.min(...ys) - high) / 2;
    svg.setAttribute("viewBox", [x, y, wide, high].map((each) => each.toFixed(2)).join(" "));
    return wide / 330;
  };

  const draw = async (svg) => {
    const told = (name) => JSON.parse(svg.dataset[name]);
    const rank = told("rank"), circles = told("circles"), places = told("places"), middles = told("middles");
    const features = (await atlas(svg.dataset.atlas)).map((each) => ({ ...each, id: each.id ?? NUMBERLESS[each.properties.name] })).filter((each) => each.id !== "010");
    svg.replaceChildren();
    const unit = "close" in svg.dataset ? zoom(svg, worth(features, rank, circles, places)) : 1;
    for (const each of features) add(svg, "path", { d: ringsOf(each.geometry).map(line).join("") }, rank[each.id] && `h${rank[each.id]}`);
    const drawn = new Set(features.map((each) => each.id));
    for (const [id, middle] of Object.entries(middles)) if (!drawn.has(id)) dot(svg, middle, 3 * unit, "small", `h${rank[id]}`);
    for (const circle of circles) {
      add(svg, "path", { d: line(around(circle)) }, "circle");
      if (unit === 1) dot(svg, circle, 6);
    }
    for (const each of places) dot(svg, each, 3 * unit, "place");
    svg.dataset.drawn = "";
  };
  const begin = () => { for (const svg of document.querySelectorAll("svg.map[data-atlas]:not([data-drawn])")) draw(svg); };
  document.addEventListener("htmx:afterSettle", begin);
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", begin) : begin();
})();
