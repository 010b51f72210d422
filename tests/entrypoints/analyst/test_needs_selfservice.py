"""One need for all that was found: since the oldest, counted no further than a hundred, of one's own unit."""

import pytest

from havre.entrypoints.analyst import needs_selfservice
from havre.entrypoints.analyst.needs_selfservice import found_for_people
from havre.selfservice.models import Decided, Finding
from havre.settings import Settings
from tests.cast import NOON, introduce
from tests.selfservice.test_life import file, medium, submission


def test_all_that_was_found_is_one_need(database: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = introduce()
    mine = file(submission(cast.belgium))
    assert list(found_for_people(cast.anke)) == []
    for number in (1, 2, 3):
        Finding.objects.create(file=mine, medium=medium(cast.belgium, number), at=NOON)
    Finding.objects.filter(medium__sha256=bytes([3]) * 32).update(state=Decided.LEFT)
    ((what, _why, at, _verb, address),) = found_for_people(cast.anke)
    assert (what, at, address) == ("2 files may be what people asked to be told of", NOON, "/protected")
    assert list(found_for_people(cast.chiara)) == []
    monkeypatch.setattr(needs_selfservice, "MOST", 2)
    assert "2+ files" in next(found_for_people(cast.anke))[0]
