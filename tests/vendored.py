"""What browsers load that others wrote: `python -m tests.vendored` fetches it anew with npm and writes vendor.json.

Packages and files are listed here; versions are those npm gives for the range. Nothing is fetched otherwise: the files
are part of the checkout, and a test holds each to its digest.
"""

import json
import re
import subprocess
import sys
import tarfile
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

FOLDER = Path(__file__).parents[1] / "src/havre/entrypoints/analyst/static/vendor"
MANIFEST = FOLDER / "vendor.json"

PACKAGES: dict[str, dict[str, str]] = {
    "@alpinejs/csp@3": {"dist/cdn.min.js": "alpine-csp.min.js"},
    "bootstrap@5.3": {"dist/css/bootstrap.min.css": "bootstrap.min.css"},
    "bootstrap-icons@1": {},
    "cytoscape@3": {"dist/cytoscape.min.js": "cytoscape.min.js"},
    "echarts@6": {"dist/echarts.min.js": "echarts.min.js"},
    "htmx.org@2": {"dist/htmx.min.js": "htmx.min.js"},
    "topojson-client@3": {"dist/topojson-client.min.js": "topojson-client.min.js"},
    "world-atlas@2": {
        "countries-110m.json": "world-atlas/countries-110m.json",
        "countries-50m.json": "world-atlas/countries-50m.json",
    },
    "@fontsource-variable/ibm-plex-sans@5": {
        "files/ibm-plex-sans-latin-wght-normal.woff2": "fonts/ibm-plex-sans-latin-wght-normal.woff2",
        "files/ibm-plex-sans-latin-ext-wght-normal.woff2": "fonts/ibm-plex-sans-latin-ext-wght-normal.woff2",
    },
    "@fontsource/ibm-plex-mono@5": {
        "files/ibm-plex-mono-latin-400-normal.woff2": "fonts/ibm-plex-mono-latin-400-normal.woff2"
    },
}
"""Package and range: file in the package, file here."""

SPRITE = "icons.svg"
ICONS = Path(__file__).with_name("icons.txt").read_text().split()
"""Of all icons, those that pages use."""


def renew() -> None:
    """Fetch every package, copy its files, make the sprite, write the manifest."""
    told: list[dict[str, object]] = []
    for package, files in PACKAGES.items():
        with TemporaryDirectory() as folder:
            root = _fetched(package, Path(folder))
            about = json.loads((root / "package.json").read_text())
            made = {here: (root / there).read_bytes() for there, here in files.items()}
            if package.startswith("bootstrap-icons"):
                made = {SPRITE: _sprite(root / "icons")}
            told.append(
                {"package": about["name"], "version": about["version"], "licence": about["license"]} | _kept(made)
            )
    MANIFEST.write_text(json.dumps(told, indent=1) + "\n")


def _fetched(package: str, folder: Path) -> Path:
    done = subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True)
    with tarfile.open(folder / done.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return next(path for path in folder.iterdir() if path.is_dir())


def _kept(made: dict[str, bytes]) -> dict[str, object]:
    for here, content in made.items():
        (FOLDER / here).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / here).write_bytes(content)
    return {"files": {here: sha256(content).hexdigest() for here, content in made.items()}}


def _sprite(icons: Path) -> bytes:
    """One file of symbols, of the icons that pages use."""
    symbols = []
    for name in ICONS:
        text = (icons / f"{name}.svg").read_text()
        inner = re.sub(r"^<svg[^>]*>|</svg>\s*$", "", text.strip()).replace("\n", "").strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{inner}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n").encode()


if __name__ == "__main__":
    renew()
    sys.stdout.write(MANIFEST.read_text())
