"""Media that match one another, for the pages that show it: a photograph and a crop of it, a film and a part of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image
from playwright.sync_api import Browser, Page

from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.media.models import Medium
from havre.units.acting import Acting
from havre.units.models import Person
from tests import films
from tests.cast import Node
from tests.pictures import photograph
from tests.sources import lay
from tests.web import signed_in_page

HOSTILE = "<img src=x onerror=alert(1)>\u202egnp.jpg"
"""A name of a file that a page must not believe."""


@cache
def pictures() -> dict[str, bytes]:
    """A photograph, and the middle of it under a hostile name."""
    return {"0.jpg": films.whole("coffee"), HOSTILE: films.cropped(photograph("coffee"), 0.4)}


@cache
def both_films() -> dict[str, bytes]:
    """A film of eight seconds, and two to six of it."""
    return {"a.mkv": films.film(1), "b.mkv": films.part(1, 2, 6)}


def lying(file: bytes, orientation: int) -> bytes:
    """The same JPEG with an EXIF that asks to turn it so; its pixels stay as they are."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    block = b"Exif\0\0" + exif.tobytes().removeprefix(b"Exif\0\0")
    return file[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + file[2:]


def held(here: Node, folder: Path, files: dict[str, bytes], acting: Acting | None = None) -> dict[str, Medium]:
    """Take these files into a case, and give them back as media by their names."""
    who = acting or here.anke
    if not who.unit.cases.exists():
        open_dossier(here.home, who, "A <b>case</b>", "a warrant", "a test")
    (case,) = who.unit.cases.all()
    totals = take_in(here.home, who, case.reference, str(lay(folder, files)), workers=1)
    found = Medium.objects.filter(exhibits__item__intake=totals.intake)
    media = found.in_bulk()
    return {path.rsplit("/", 1)[1]: media[number] for number, path in found.values_list("id", "exhibits__item__path")}


@contextmanager
def seen(chromium: Browser, person: Person, address: str, **options: Any) -> Iterator[Page]:
    """A page of the browser in which this person has signed in at the server of this address."""
    context = chromium.new_context(**{"viewport": {"width": 1366, "height": 768}, **options})
    try:
        yield signed_in_page(context, address, person)
    finally:
        context.close()
