"""Hashes are held, proposed or refused, and withdrawn: then they are erased, and nothing brings them back."""

import pytest

from havre.errors import Invalid
from havre.hotline.models import Receipt
from havre.media.models import Medium
from havre.selfservice.life import MAY_BE_DECIDED, MAY_BECOME, advance, decide
from havre.selfservice.models import Decided, Finding, Protected, State, Submission
from havre.settings import Settings
from havre.units.models import Unit
from tests.cast import NOON, introduce
from tests.selfservice.made import hashed


def submission(unit: Unit, number: int = 1) -> Submission:
    """What one person sent."""
    receipt = Receipt.objects.create(unit=unit, digest=bytes([number]) * 32, sealing=bytes(32), made_at=NOON)
    allowed = {"platforms": True, "tell": False}
    return Submission.objects.create(
        unit=unit, number=number, receipt=receipt, at=NOON, taken_at=NOON, who="me", **allowed
    )


def file(of: Submission, seed: int = 1) -> Protected:
    """One picture of it."""
    made = hashed(seed)
    prints = [[each.quality, each.value] for each in made.prints]
    return Protected.objects.create(
        submission=of, kind=made.kind, md5=made.md5, sha256=made.sha256, prints=prints, since=NOON
    )


def medium(unit: Unit, number: int = 1) -> Medium:
    """Something that a unit holds."""
    digests = {"sha256": bytes([number]) * 32, "sha1": bytes(20), "md5": bytes(16)}
    return Medium.objects.create(unit=unit, bytes=1, kind="jpeg", family="picture", held_since=NOON, **digests)


def test_every_state_has_its_row() -> None:
    assert set(MAY_BECOME) == set(State)
    assert MAY_BECOME[State.WITHDRAWN] == frozenset()
    assert set(MAY_BE_DECIDED) == set(Decided)


def test_withdrawn_hashes_are_erased(database: Settings) -> None:
    cast = introduce()
    made = file(submission(cast.belgium))
    Finding.objects.create(file=made, medium=medium(cast.belgium), at=NOON)
    advance(made, State.PROPOSED, NOON)
    assert Finding.objects.count() == 1
    assert Protected.objects.get().sha256 == hashed(1).sha256
    advance(made, State.WITHDRAWN, NOON)
    assert Protected.objects.values_list("state", "md5", "sha256", "prints").get() == ("withdrawn", "", "", [])
    assert Finding.objects.count() == 0
    with pytest.raises(Invalid, match="cannot become"):
        advance(made, State.PROPOSED, NOON)


def test_what_was_found_is_decided_once(database: Settings) -> None:
    cast = introduce()
    found = Finding.objects.create(file=file(submission(cast.belgium)), medium=medium(cast.belgium), at=NOON)
    decide(found, Decided.TOLD, NOON, cast.bram)
    assert Finding.objects.values_list("state", "decided_at", "decided_by").get() == ("told", NOON, cast.bram.pk)
    with pytest.raises(Invalid, match="already"):
        decide(found, Decided.LEFT, NOON, cast.anke)
