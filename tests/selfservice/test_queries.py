"""Each unit sees what was sent to it and no other's."""

import pytest

from havre.errors import NotFound
from havre.selfservice.queries import files_of, submission_for, submissions_of
from havre.settings import Settings
from tests.cast import introduce
from tests.selfservice.test_life import file, submission


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
