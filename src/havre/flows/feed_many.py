"""Many entries at once: proposed from a series, a file or a category; read by a second person in a table, confirmed.

What can't be done comes back with its place and the reason, and the rest goes on. Killed and run again it goes on.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, TextIO

from django.utils.translation import gettext as _

from havre.assessments.models import Stacked
from havre.errors import Invalid, NotFound, Refused
from havre.feeds.models import Entry, State
from havre.feeds.queries import entries_of, entry_for, feed_for
from havre.feeds.rules import named
from havre.flows.feed_content import judged_all
from havre.flows.feed_entries import WORKING, confirm, propose, read_of, retract
from havre.flows.home import Home, consulted
from havre.hashlists.table import guarded, unguarded
from havre.media.models import Medium
from havre.restrictions.visible import owned_by
from havre.series.queries import series_for
from havre.units.acting import Acting

CHUNK = 500
LONGEST = 10_000
"""Characters of a line."""
COLUMNS = (*("number", "list", "kind", "labels", "categories", "confirmed", "sha256"), *("decision", "because"))
NEEDED = frozenset({"number", "labels", "categories", "sha256", "decision"})
DECISIONS = {"yes": True, "no": False}
BOM = "\ufeff"

Asked = tuple[str, str]
"""Where something stands, and what."""


@dataclass(frozen=True, slots=True)
class Bad:
    """What was not done, where it stands, and why."""

    place: str
    what: str
    why: str


@dataclass
class Many:
    """What came of many: found = done + taken back + there already + left + bad."""

    found: int = 0
    done: list[int] = field(default_factory=list)
    """Numbers of entries that were proposed, or confirmed."""
    taken_back: int = 0
    there: int = 0
    """Proposed or confirmed before."""
    left: int = 0
    """Of which nothing was said."""
    bad: list[Bad] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return asdict(self)


def propose_many(home: Home, acting: Acting, asked: Iterable[Asked], name: str) -> Many:
    """Propose each of these media, by digits of its SHA-256, for a list. Raises what holds for all of them."""
    acting.must_be(*WORKING, to="propose entries of lists")
    feed_for(acting.person)
    told, listed = Many(), named(name).name
    there = _proposed(acting, listed)

    def one(what: str) -> None:
        if what.lower() in there:
            told.there += 1
            return
        entry = propose(home, acting, what, listed)
        told.done.append(entry.number)
        assert entry.medium is not None
        there.add(bytes(entry.medium.sha256).hex())

    _each(told, asked, one)
    return told


def _proposed(acting: Acting, listed: str) -> set[str]:
    rows = owned_by(acting.unit, Entry.objects).filter(listed__name=listed).exclude(state=State.RETRACTED)
    digests = rows.filter(medium__isnull=False).values_list("medium__sha256", flat=True)
    return {bytes(each).hex() for each in digests.iterator(CHUNK)}


def _each(told: Many, asked: Iterable[Asked], one: Callable[[str], None]) -> None:
    for place, what in asked:
        told.found += 1
        try:
            one(what)
        except (Invalid, NotFound, Refused) as error:
            told.bad.append(Bad(place, what, str(error)))


# ---- which media ----


def in_lines(lines: Iterable[str]) -> Iterator[Asked]:
    """What stands first on each line, up to a comma, a semicolon or a space; not what begins with #, nor a header."""
    for number, line in enumerate(lines, start=1):
        text = line.removeprefix(BOM).strip()[:LONGEST]
        first = text.replace(",", " ").replace(";", " ").replace("\t", " ").partition(" ")[0].strip("\"'")
        if first and not first.startswith("#") and (number, first.lower()) != (1, "sha256"):
            yield f"line {number}", first


def in_series(acting: Acting, reference: str) -> list[Asked]:
    """The confirmed members of a series. Raises NotFound."""
    series = series_for(acting.person, reference)
    media = series.members.filter(confirmed=True).order_by("pk").values_list("medium__sha256", flat=True)
    return [(series.reference, bytes(digest).hex()) for digest in media]


def in_category(home: Home, acting: Acting, category: str) -> Iterator[Asked]:
    """What the unit judged, and the law of its country calls so, the oldest first."""
    consulted(home, acting, f"media of {acting.unit.name}", {"category": category[:100]})
    judged = Stacked.objects.filter(stack__unit=acting.unit).exclude(stack__label="")
    keys = iter(list(judged.order_by("medium").values_list("medium", flat=True).distinct()))
    while some := list(islice(keys, CHUNK)):
        found = judged_all(acting, some)
        wanted = [key for key in some if found[key].categories.get(acting.unit.country) == category]
        for digest in Medium.objects.filter(pk__in=wanted).order_by("pk").values_list("sha256", flat=True):
            yield category, bytes(digest).hex()


# ---- a second person ----


def write_review(home: Home, acting: Acting, out: TextIO) -> int:
    """What others of the unit proposed, as a table in which a second person writes yes or no; how many that is."""
    acting.must_be(*WORKING, to="confirm entries of lists")
    rows = entries_of(acting.person).filter(state=State.PROPOSED).exclude(proposed_by=acting.person)
    writing, count = csv.writer(out), 0
    writing.writerow(COLUMNS)
    for entry in rows.select_related("medium").iterator(CHUNK):
        writing.writerow([guarded(cell) for cell in _cells(entry)])
        count += 1
    consulted(home, acting, f"entries of {acting.unit.name}", {"act": "proposals taken out", "count": count})
    return count


def _cells(entry: Entry) -> Sequence[str]:
    about = (str(entry.number), entry.listed.name, entry.kind, *read_of(entry))
    return (*about, str(entry.confirmed), _digest(entry), "", "")


def _digest(entry: Entry) -> str:
    return bytes(entry.medium.sha256).hex() if entry.medium is not None else ""


def confirm_many(home: Home, acting: Acting, lines: Iterable[str]) -> Many:
    """Confirm each row that says yes, take back each that says no with why; one that says nothing is left.

    Raises Invalid where it is no table of proposals.
    """
    acting.must_be(*WORKING, to="confirm entries of lists")
    told, rows = Many(), _rows(lines)
    first = next(rows, None)
    if first is None or not set(first) >= NEEDED:
        raise Invalid(
            _(
                "a reviewed table has the columns number, labels, categories, sha256 and decision:"
                " `havre feed review` writes one"
            )
        )
    for count, row in enumerate(rows, start=2):
        told.found += 1
        cells = {name: unguarded(value).strip() for name, value in zip(first, row, strict=False)}
        try:
            if len(row) != len(first):
                raise Invalid(_("this row has not the columns of the first"))
            _decide(home, acting, cells, told)
        except (Invalid, NotFound, Refused) as error:
            told.bad.append(Bad(f"row {count}", cells.get("number", "")[:40], str(error)))
    return told


def _rows(lines: Iterable[str]) -> Iterator[list[str]]:
    """Rows of a table, blank ones left out; one that can't be read, for a quote was never closed, has no cells."""
    reading = csv.reader(line.removeprefix(BOM)[:LONGEST] for line in lines)
    while True:
        try:
            row = next(reading)
        except StopIteration:
            return
        except csv.Error:
            row = [""]
        if row:
            yield row


def _decide(home: Home, acting: Acting, cells: dict[str, str], told: Many) -> None:
    said = cells["decision"].lower()
    if not said:
        told.left += 1
        return
    if said not in DECISIONS:
        raise Invalid(_("a decision is yes or no"))
    text = cells["number"]
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 16 else 0
    entry = entry_for(acting.person, number)
    if _digest(entry) != cells["sha256"].lower():
        raise Invalid(_("this row is of another medium than the entry of this number"))
    if DECISIONS[said] and entry.state in (State.CONFIRMED, State.PUBLISHED):
        told.there += 1
    elif DECISIONS[said]:
        told.done.append(confirm(home, acting, number, (cells["labels"], cells["categories"])).number)
    elif entry.state == State.RETRACTED:
        told.there += 1
    else:
        retract(home, acting, number, cells.get("because", ""))
        told.taken_back += 1
