/* Search: a region is drawn with the pointer or typed in pixels; J and K walk the results.
   A file that is about to be sent is shown as a veil made here, 56 pixels and grey: nothing sharp is drawn. */
"use strict";

addEventListener("DOMContentLoaded", () => {
  const VEIL = 56;
  const svgOf = (stage) => stage.querySelector("svg.draw");

  /* The region as it is typed, drawn over a stage whose viewBox is the file's own pixels. */
  const region = (stage, prefix) => {
    const inputs = [..."xywh"].map((name) => document.getElementById(prefix + name)), svg = svgOf(stage);
    let size = [0, 0], from = null;
    const draw = () => {
      const [x, y, wide, high] = inputs.map((input) => Number(input.value) || 0);
      svg.replaceChildren();
      if (!wide || !high) return;
      const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      for (const [name, value] of Object.entries({ x, y, width: wide, height: high })) rect.setAttribute(name, value);
      svg.append(rect);
    };
    const at = (event) => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      return [Math.min(size[0], Math.max(0, Math.round(point.x))), Math.min(size[1], Math.max(0, Math.round(point.y)))];
    };
    stage.addEventListener("pointerdown", (event) => {
      if (event.target.closest(".tip") || !size[0]) return;
      from = at(event); stage.setPointerCapture(event.pointerId);
    });
    stage.addEventListener("pointermove", (event) => {
      if (!from) return;
      const to = at(event), left = Math.min(from[0], to[0]), top = Math.min(from[1], to[1]);
      [left, top, Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])].forEach((value, which) => { inputs[which].value = value; });
      draw();
    });
    for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => { from = null; });
    inputs.forEach((input) => input.addEventListener("input", draw));
    return (wide, high) => {
      size = [wide, high];
      svg.setAttribute("viewBox", `0 0 ${wide} ${high}`); svg.setAttribute("preserveAspectRatio", "xMidYMid meet");
      draw();
    };
  };

  const drawing = document.getElementById("drawing");
  if (drawing) {
    const [wide, high] = JSON.parse(drawing.dataset.size);
    if (wide && high) region(drawing, "l")(wide, high);
  }

  /* Two pixels beside each other whose EXIF asks to stand one above the other, by how files of their kind begin. Every
     browser turns a JPEG; whether it turns these is seen by what it makes of them. */
  const LYING = {
    "PNG": "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAGmVYSWZNTQAqAAAACAABARIAAwAAAAEABgAAAAAAANZnS2kAAAALSURBVHjaY2BgAAAAAwABKwlNhAAAAABJRU5ErkJggg==",
    "WEBP": "UklGRk4AAABXRUJQVlA4WAoAAAAIAAAAAQAAAAAAVlA4TA4AAAAvAQAAAAcQEf0PRET/A0VYSUYaAAAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAA=",
    "ftyp": "AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAPNtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAABAAAAHmlsb2MAAAAARAAAAQABAAAAAQAAARcAAAAbAAAAKGlpbmYAAAAAAAEAAAAaaW5mZQIAAAAAAQAAYXYwMUNvbG9yAAAAAHJpcHJwAAAAUmlwY28AAAAUaXNwZQAAAAAAAAACAAAAAQAAAA5waXhpAAAAAAEIAAAADGF2MUOBABwAAAAAE2NvbHJuY2x4AAEADQAGgAAAAAlpcm90AwAAABhpcG1hAAAAAAAAAAEAAQUBAoMEhQAAACNtZGF0EgAKBxgAJpgIaDUyDh7FWd/+LPyQNiDy8XWA",
  };
  const turns = async (chosen) => {
    const begins = new TextDecoder("latin1").decode(await chosen.slice(0, 12).arrayBuffer());
    const kind = Object.keys(LYING).find((mark) => begins.includes(mark));
    if (!kind) return true;
    const made = await createImageBitmap(new Blob([Uint8Array.from(atob(LYING[kind]), (letter) => letter.charCodeAt(0))]));
    return made.height > made.width;
  };

  const sending = document.getElementById("sending"), file = document.getElementById("file"), sized = region(sending, "f");
  file.addEventListener("change", async () => {
    sending.hidden = true;
    const chosen = file.files[0];
    if (!chosen) return;
    let whole;
    try {
      whole = await createImageBitmap(chosen);
      document.getElementById("unturned").value = await turns(chosen) ? "" : "yes";   /* as it is drawn on, so it is asked */
    } catch { return; }   /* not a picture this browser reads */
    const scale = VEIL / Math.max(whole.width, whole.height), canvas = sending.querySelector("canvas");
    canvas.width = Math.max(1, Math.round(whole.width * scale)); canvas.height = Math.max(1, Math.round(whole.height * scale));
    canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
    sized(whole.width, whole.height);
    whole.close();
    sending.hidden = false; document.getElementById("part").open = true;
  });

  /* ---- results ---- */
  const results = [...document.querySelectorAll(".results .tile")];
  let current = -1;
  const walk = (step) => {
    if (!results.length) return false;
    results[current]?.removeAttribute("data-current");
    current = Math.min(results.length - 1, Math.max(0, current + step));
    results[current].setAttribute("data-current", "");
    (results[current].querySelector("a") ?? results[current]).focus({ preventScroll: true });
    results[current].scrollIntoView({ block: "nearest" });
    return true;
  };
  Havre.current = () => [results[current]?.querySelector(".veil") ?? document.querySelector(".drawing .veil") ?? document.querySelector(".veil")].filter(Boolean);
  Havre.on("next", () => walk(1));
  Havre.on("previous", () => walk(-1));
  Havre.on("open", () => { const link = results[current]?.querySelector("a"); if (!link || document.activeElement !== document.body) return false; link.click(); return true; });
  /* The form leads to the results; a problem stands above it, and is what is read first. */
  const problem = document.getElementById("problem");
  const said = () => problem.focus();
  if (problem) { history.replaceState(null, "", location.pathname + location.search); said(); addEventListener("load", () => setTimeout(said)); }
});
