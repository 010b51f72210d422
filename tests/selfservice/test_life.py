"""Hashes are held, proposed or refused, and withdrawn: then they are erased, and nothing brings them back."""

import pytest

from havre.errors import Invalid
from havre.hotline.models import Receipt
from havre.selfservice.life import MAY_BECOME, advance
from havre.selfservice.models import Protected, State, Submission
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


def test_every_state_has_its_row() -> None:
    assert set(MAY_BECOME) == set(State)
    assert MAY_BECOME[State.WITHDRAWN] == frozenset()


def test_withdrawn_hashes_are_erased(database: Settings) -> None:
    made = file(submission(introduce().belgium))
    advance(made, State.PROPOSED, NOON)
    assert Protected.objects.get().sha256 == hashed(1).sha256
    advance(made, State.WITHDRAWN, NOON)
    assert Protected.objects.values_list("state", "md5", "sha256", "prints").get() == ("withdrawn", "", "", [])
    with pytest.raises(Invalid, match="cannot become"):
        advance(made, State.PROPOSED, NOON)
