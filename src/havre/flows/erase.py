"""Erase a case: its media become noise everywhere, its traces go, and the log keeps only a commitment.

Media that another case of the unit holds too stay. Killed at any moment and asked again, it goes on where it was:
rows go in batches, each with the names of its sealed files noted first, and the case is marked before all of it.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from django.db import DatabaseError, connection

from havre.alerts.models import Hit
from havre.assessments.gather import gather_orphans
from havre.assessments.models import Assessment, Derived, Stack, Stacked, Tally
from havre.cases.models import Case, Chunk, Intake, Item, Order, Upload
from havre.cases.queries import case_for, intakes_of
from havre.errors import Refused
from havre.flows.holding import store_alone
from havre.flows.home import Home, consulted, durable, log, seal_log
from havre.flows.intake import alone
from havre.flows.reindex import forget_erased
from havre.flows.uploading import forget_orders
from havre.matches.models import Imprint, Match, MatchWord
from havre.media.models import Exhibit, Fact, Fingerprint, Medium, SealedFile
from havre.series.keep import forget_media
from havre.series.models import Clue, ClueCrop, Link, Member, Part, Series, Stated
from havre.series.regroup import time_firsts
from havre.units.acting import Acting
from havre.units.approve import approval_for, self_approved, use
from havre.units.models import Approval, RoleName, Unit

ACT = "erase case"
"""What an approval is for."""

BATCH = 500
"""Items erased in one transaction: short enough that intakes of other cases need not wait."""

Tell = Callable[[int, int], None]
"""Told (items erased, items to erase)."""

TABLES = (
    Hit,
    MatchWord,
    SealedFile,
    Fingerprint,
    Imprint,
    Fact,
    Medium,
    Exhibit,
    Match,
    Item,
    Intake,
    Chunk,
    Upload,
    Order,
    Stated,
    Link,
    Member,
    Part,
    Clue,
    ClueCrop,
    Stack,
    Stacked,
    Tally,
    Assessment,
    Derived,
)
"""Where rows of a case lie."""


@dataclass
class Erasure:
    """What is known of an erasure under way; kept in a file of the home until it is done."""

    items: int = 0
    media: int = 0
    """Media of no other case: erased."""
    shared: int = 0
    """Media that another case holds too: they stay."""
    approved_by: str = ""
    self_approved: bool = False
    blobs: list[str] = field(default_factory=list)
    """Sealed files whose rows are about to go, or gone."""
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        """The fields of the command line."""
        names = ("items", "media", "shared", "approved_by", "self_approved", "notes")
        return {name: getattr(self, name) for name in names}


def erase_case(
    home: Home, acting: Acting, reference: str, tell: Tell = lambda _done, _total: None
) -> tuple[Case, Erasure | None]:
    """Erase a case that a second person approved; nothing is said about one that was erased before.

    Raises Refused, and asks for the approval, where there is none yet.
    """
    acting.must_be(RoleName.SUPERVISOR, to="erase a case")
    case = case_for(acting.person, reference)
    if case.erased_at is not None and not _unfinished(home, acting, case):
        consulted(home, acting, f"case {case.reference}", {"act": "erased before"})
        return case, None
    approval = None if case.erased_at is not None else _approved(home, acting, case)
    with _nobody_else(home, acting, case):
        if approval is not None:
            _begin(home, acting, case, approval)  # (1) marked, committed to, logged
        under_way = _read(home, case)
        _dispose(home, under_way)
        _erase_rows(home, acting, case, under_way, tell)  # (2) rows with their keys, then sealed files
        _finish(home, acting, case, under_way)  # (3) intakes with their salts; logged
        under_way.notes += _wipe(home, acting)  # (4) freed pages and index segments
        _place(home, case).unlink(missing_ok=True)
    return case, under_way


def _approved(home: Home, acting: Acting, case: Case) -> Approval:
    with durable():
        approval = approval_for(acting.person, ACT, case.reference, acting.now())
        if approval.given_by is None:
            log(home, acting, "change", f"case {case.reference}", {"act": "erasure asked", "request": approval.pk})
    if approval.given_by is None:
        seal_log(home, acting)
        raise Refused(
            f"erasing case {case.reference!r} needs a second person:"
            f" have one run `havre approve {approval.pk} --as PERSON`, then run this again"
        )
    return approval


@contextmanager
def _nobody_else(home: Home, acting: Acting, case: Case) -> Iterator[None]:
    """No backup, no other erasure and no intake of this case meanwhile."""
    with ExitStack() as stack:
        stack.enter_context(store_alone(home))
        for intake in intakes_of(acting.person, case):
            stack.enter_context(alone(home, intake))
        yield


def _begin(home: Home, acting: Acting, case: Case, approval: Approval) -> None:
    with durable():
        _hold(acting)
        erasure = _surveyed(case)
        erasure.approved_by = approval.given_by.name if approval.given_by else ""
        erasure.self_approved = self_approved(approval)
        case.erased_at = acting.now()
        case.save(update_fields=["erased_at"])
        use(approval, acting.now())
        _write(home, case, erasure)
        detail = {"act": "begun", "commitment": _commitment(case).hex(), **erasure.to_json()}
        log(home, acting, "erasure", f"case {case.reference}", detail)
    seal_log(home, acting)


def _surveyed(case: Case) -> Erasure:
    mine = Medium.objects.filter(exhibits__item__intake__case=case).distinct()
    shared = mine.filter(pk__in=Exhibit.objects.exclude(item__intake__case=case).values("medium"))
    held, stay = mine.count(), shared.count()
    return Erasure(items=Item.objects.filter(intake__case=case).count(), media=held - stay, shared=stay)


def _commitment(case: Case) -> bytes:
    """SHA-256 over the salt of each intake and the digests of its items: without the salts, which go, no guess fits."""
    commitment = sha256(b"havre erasure 1\n")
    for intake in case.intakes.order_by("id"):
        commitment.update(bytes(intake.salt))
        digests = intake.items.order_by("position").values_list("sha256", flat=True)
        for digest in digests.iterator():
            commitment.update(bytes(digest or b""))
    return commitment.digest()


def _erase_rows(home: Home, acting: Acting, case: Case, under_way: Erasure, tell: Tell) -> None:
    items = Item.objects.filter(intake__case=case)
    total, done = items.count(), 0
    while batch := list(items.order_by("id").values_list("id", flat=True)[:BATCH]):
        with durable():
            _hold(acting)
            _erase_batch(home, case, batch, under_way)
        _dispose(home, under_way)
        done += len(batch)
        tell(done, total)


def _erase_batch(home: Home, case: Case, batch: list[int], under_way: Erasure) -> None:
    """The rows of these items and of media that no item shows any more; called inside a transaction."""
    media = list(Exhibit.objects.filter(item__in=batch).values_list("medium", flat=True))
    Item.objects.filter(id__in=batch).delete()
    gone = list(Medium.objects.filter(id__in=media, exhibits=None).values_list("id", flat=True))
    sealed = SealedFile.objects.filter(medium__in=gone)
    under_way.blobs = list(sealed.values_list("blob", flat=True))
    _write(home, case, under_way)  # before the rows go: they alone knew these names
    forget_media(case.unit, gone, sorted(set(media) - set(gone)))
    losing = list(Member.objects.filter(medium__in=gone).values_list("series", flat=True).distinct())
    Medium.objects.filter(id__in=gone).delete()
    time_firsts(Series.objects.filter(pk__in=losing), anew=True)
    gather_orphans(case.unit, set(media) - set(gone))


def _dispose(home: Home, under_way: Erasure) -> None:
    """Overwrite and remove the sealed files whose rows are gone: a batch that was undone keeps them."""
    kept = set(SealedFile.objects.filter(blob__in=under_way.blobs).values_list("blob", flat=True))
    for blob in under_way.blobs:
        if blob not in kept:
            home.store.forget(blob)
    home.store.settle()


def _finish(home: Home, acting: Acting, case: Case, under_way: Erasure) -> None:
    forget_orders(home, case)
    with durable():
        case.intakes.all().delete()
        log(home, acting, "erasure", f"case {case.reference}", {"act": "finished", **under_way.to_json()})
    seal_log(home, acting)


def _wipe(home: Home, acting: Acting) -> list[str]:
    """Take the erased rows out of the database's files and the indexes' segments; what could not be done, in words."""
    forget_erased(home, acting.unit)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # secure_delete has zeroed them in the pages; the write-ahead log still holds the pages before.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()[0]
            return ["the database is in use: erased rows leave its write-ahead log at its next checkpoint"] * busy
        try:
            for table in TABLES:
                cursor.execute(f'VACUUM "{table._meta.db_table}"')
        except DatabaseError:
            return ["the database did not let this person vacuum: have its owner run VACUUM"]
    return []


def _hold(acting: Acting) -> None:
    """Intakes of this unit wait: none may find a medium held that is about to go."""
    Unit.objects.select_for_update(no_key=True).get(pk=acting.unit.pk)


# ---- what is known of an erasure while it runs ----


def _place(home: Home, case: Case) -> Path:
    return home.settings.home / "erasing" / str(case.pk)


def _unfinished(home: Home, acting: Acting, case: Case) -> bool:
    return _place(home, case).exists() or intakes_of(acting.person, case).exists()


def _read(home: Home, case: Case) -> Erasure:
    place = _place(home, case)
    return Erasure(**json.loads(place.read_text("utf-8"))) if place.exists() else Erasure()


def _write(home: Home, case: Case, erasure: Erasure) -> None:
    place = _place(home, case)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    unfinished = place.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump({**erasure.to_json(), "blobs": erasure.blobs}, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(place)
    folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
