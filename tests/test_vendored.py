"""What browsers load that others wrote is what its packages hold, under a licence that fits."""

import json
import re
from hashlib import sha256

from tests.checkout import files
from tests.vendored import FOLDER, ICONS, MANIFEST

LICENCES = {"MIT", "ISC", "0BSD", "BSD-3-Clause", "Apache-2.0", "OFL-1.1"}


def test_every_vendored_file_is_listed_with_its_digest() -> None:
    listed = {name: digest for each in json.loads(MANIFEST.read_text()) for name, digest in each["files"].items()}
    found = {str(path.relative_to(FOLDER)): path for path in FOLDER.rglob("*") if path.is_file()}
    found = {name: path for name, path in found.items() if name not in {"vendor.json", "LICENCES.txt"}}
    assert {name: sha256(path.read_bytes()).hexdigest() for name, path in found.items()} == listed


def test_every_licence_fits() -> None:
    assert {each["licence"] for each in json.loads(MANIFEST.read_text())} <= LICENCES


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    pages = "".join(text for path, text in files().items() if path.endswith((".html", "shell.py")))
    named = set(re.findall(r"""icon\(["']([a-z0-9-]+)["']\)""", pages))
    assert named - set(ICONS) == set()
    assert named
