"""A platform that reports to a Belgian unit by its program, for tests of what becomes of that."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from havre.cybertip.told import gist_of
from havre.cybertip.write import xml_of
from havre.hotline.models import Door, Partner, Tip
from havre.hotline.partners import key_digest
from havre.hotline.tip_files import take_file
from havre.hotline.tips import add_file, finish_tip, open_tip, say_of_file
from havre.sealing.door import door_opener
from havre.units.models import Unit
from tests.cast import NOON
from tests.flows.filed import SAID, filing
from tests.sealing.wire import chance

KEY = "havre-platform"
UNIT_KEY = bytes(range(32))


def door_of_unit(unit: Unit) -> Door:
    """An open door of a unit that has no home."""
    sealing = door_opener(UNIT_KEY).public_key().public_bytes_raw()
    return Door.objects.create(unit=unit, sealing=sealing, token_key=bytes(32), opened_at=NOON)


def reporter(unit: Unit, name: str = "Platform", key: str = KEY) -> Partner:
    """A platform with a key."""
    values = {"digest": key_digest(key), "made_at": NOON, "tipline": True}
    return Partner.objects.create(unit=unit, name=name, **values)


def report_xml(danger: bool = False) -> bytes:
    """The report of `tests.flows.filed` as XML."""
    summary = SAID["report"]["incidentSummary"] | ({"escalateToHighPriority": "he is at the door"} if danger else {})
    return xml_of(filing(report=SAID["report"] | {"incidentSummary": summary}).report)


def begun(partner: Partner, at: datetime = NOON, seed: int = 1, *, danger: bool = False) -> Tip:
    """A report that was begun."""
    return open_tip(partner, KEY, gist_of(report_xml(danger)), at, chance(seed))[0]


def with_file(tip: Tip, folder: Path, content: bytes = b"a boat", at: datetime = NOON, name: str = "boat.jpg") -> str:
    """The same with a file, of which its platform says something; the number of the file."""
    draw = chance(int.from_bytes(sha256(content + name.encode()).digest()[:4]))
    came = take_file(folder, str(tip.partner.unit_id), iter([content]), draw)
    kept = add_file(tip.partner, tip.number, came, name, at, draw)
    say_of_file(tip.partner, tip.number, kept.file_id, (f"originalFileName: {name}", "fileViewedByEsp: true"), at)
    return kept.file_id


def finished(partner: Partner, folder: Path, at: datetime = NOON, *, danger: bool = False) -> Tip:
    """A report with one file that was finished."""
    tip = begun(partner, at, danger=danger)
    with_file(tip, folder, at=at)
    finish_tip(partner, tip.number, at)
    tip.refresh_from_db()
    return tip


def files_in(folder: Path) -> list[Path]:
    """Every file that lies there, but the mark of when it was swept."""
    return [each for each in folder.rglob("*") if each.is_file() and each.name != "swept"]
