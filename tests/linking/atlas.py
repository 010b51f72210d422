"""The borders of countries as linking keeps them, made from the atlas that pages draw.

`python -m tests.linking.atlas` writes them anew; a test compares what is kept with what this makes.
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SOURCE = Path(__file__).parents[2] / "src/havre"
ATLAS = SOURCE / "entrypoints/analyst/static/vendor/world-atlas/countries-50m.json"
TABLES = SOURCE / "linking/tables"

TOLERANCE = 0.02
"""Degrees by which a kept border may leave the atlas's: 2.2 km at most."""

NUMBERLESS = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}
"""Areas to which ISO 3166 gives no number: whose they are in its list of countries."""

Line = NDArray[np.float64]
"""Points as (longitude, latitude) in degrees."""


def borders() -> dict[str, list[list[int]]]:
    """For each country its rings, each as longitude, latitude, longitude, … in hundredths of a degree."""
    atlas = json.loads(ATLAS.read_text("utf-8"))
    arcs = [_absolute(arc, atlas["transform"]) for arc in atlas["arcs"]]
    known = json.loads((TABLES / "countries.json").read_text("utf-8"))["countries"]
    by_number = {row["number"]: code for code, row in known.items() if row["number"]}
    found: dict[str, list[list[int]]] = defaultdict(list)
    for area in atlas["objects"]["countries"]["geometries"]:
        code = by_number.get(area.get("id", "")) or NUMBERLESS.get(area["properties"]["name"])
        if code:
            polygons = [area["arcs"]] if area["type"] == "Polygon" else area["arcs"]
            found[code] += [_ring(ids, arcs) for polygon in polygons for ids in polygon]
    return dict(sorted(found.items()))


def _absolute(arc: list[list[int]], transform: dict[str, Any]) -> Line:
    """The points of an arc: TopoJSON holds steps from each to the next."""
    steps = np.cumsum(np.array(arc, float), axis=0)
    points: Line = steps * np.array(transform["scale"]) + np.array(transform["translate"])
    return points


def _ring(ids: list[int], arcs: list[Line]) -> list[int]:
    lines = [_thinned(arcs[number] if number >= 0 else arcs[~number][::-1]) for number in ids]
    joined = np.concatenate([lines[0], *(line[1:] for line in lines[1:])])
    hundredths: list[int] = np.rint(joined * 100).astype(int).ravel().tolist()
    return hundredths


def _thinned(line: Line) -> Line:
    """The points that are needed to stay within TOLERANCE (Douglas and Peucker 1973)."""
    kept = {0, len(line) - 1}
    stack = [(0, len(line) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        away = _distances(line[first + 1 : last], line[first], line[last])
        furthest = int(away.argmax())
        if away[furthest] > TOLERANCE:
            kept.add(first + 1 + furthest)
            stack += [(first, first + 1 + furthest), (first + 1 + furthest, last)]
    return line[sorted(kept)]


def _distances(points: Line, one: Line, other: Line) -> NDArray[np.float64]:
    along = other - one
    length = float(along @ along)
    share = np.clip((points - one) @ along / length, 0, 1) if length else np.zeros(len(points))
    away: NDArray[np.float64] = np.linalg.norm(points - one - share[:, None] * along, axis=1)
    return away


def written() -> str:
    """The file as it is kept."""
    rows = [f'  "{code}": {json.dumps(rings, separators=(",", ":"))}' for code, rings in borders().items()]
    source = "Natural Earth 1:50 million (public domain) by world-atlas 2 (ISC), thinned to 0.02 degrees"
    what = "Rings of each country as longitude, latitude, … in hundredths of a degree; absent: no area known"
    return f'{{\n "source": "{source}",\n "what": "{what}",\n "countries": {{\n' + ",\n".join(rows) + "\n }\n}\n"


if __name__ == "__main__":
    (TABLES / "borders.json").write_text(written(), "utf-8")
