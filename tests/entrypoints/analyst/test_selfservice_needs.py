"""One need for all that was found: since the oldest, counted no further than a hundred, of one's own unit."""

import pytest

from havre.entrypoints.analyst import need, selfservice_needs
from havre.entrypoints.analyst.selfservice_needs import found_for_people
from havre.selfservice.models import Decided, Finding
from havre.settings import Settings
from tests.cast import NOON, introduce
from tests.selfservice.test_life import file, medium, submission


def test_all_that_was_found_is_one_need(database: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = introduce()
    mine = file(submission(cast.belgium))
    assert list(found_for_people(cast.anke, NOON)) == []
    for number in (1, 2, 3):
        Finding.objects.create(file=mine, medium=medium(cast.belgium, number), at=NOON)
    Finding.objects.filter(medium__sha256=bytes([3]) * 32).update(state=Decided.LEFT)
    (one,) = found_for_people(cast.anke, NOON)
    assert (one.what, one.at, one.address) == ("2 files may be what people asked to be told of", NOON, "/protected")
    assert list(found_for_people(cast.chiara, NOON)) == []
    monkeypatch.setattr(selfservice_needs, "COUNTED_TO", 2)
    monkeypatch.setattr(need, "COUNTED_TO", 2)
    assert "2 and more files" in next(found_for_people(cast.anke, NOON)).what
