"""Each unit sees what was sent to it and no other's."""

import pytest

from havre.errors import NotFound
from havre.selfservice.models import Decided, Finding
from havre.selfservice.queries import files_of, findings_of, findings_waiting, submission_for, submissions_of
from havre.settings import Settings
from tests.cast import NOON, introduce
from tests.selfservice.test_life import file, medium, submission


def test_a_unit_reads_its_own(database: Settings) -> None:
    cast = introduce()
    mine, theirs = submission(cast.belgium, 1), submission(cast.italy, 2)
    own, other = file(mine), file(theirs, 2)
    assert list(submissions_of(cast.anke)) == [mine]
    assert submission_for(cast.anke, 1) == mine
    assert list(files_of(cast.anke, mine)) == [own]
    assert list(files_of(cast.anke, theirs)) == []
    assert list(files_of(cast.chiara, theirs)) == [other]
    for number in (2, 3):
        with pytest.raises(NotFound):
            submission_for(cast.anke, number)


def test_a_unit_reads_what_was_found_the_same_bytes_first(database: Settings) -> None:
    cast = introduce()
    mine, theirs = file(submission(cast.belgium, 1)), file(submission(cast.italy, 2), 2)
    media = [medium(cast.belgium, number) for number in (1, 2, 3)]
    near, same, left = (
        Finding.objects.create(file=mine, medium=each, distance=distance, at=NOON)
        for each, distance in zip(media, (9, None, 3), strict=True)
    )
    Finding.objects.create(file=theirs, medium=medium(cast.italy, 4), at=NOON)
    Finding.objects.filter(pk=left.pk).update(state=Decided.LEFT)
    assert list(findings_of(cast.anke)) == [same, left, near]
    assert list(findings_of(cast.anke, mine.submission)) == [same, left, near]
    assert list(findings_waiting(cast.anke)) == [same, near]
    assert list(findings_of(cast.anke, theirs.submission)) == []
