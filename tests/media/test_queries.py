"""Media and their sealed files are for their unit; what is another's does not exist."""

import pytest

from havre.errors import NotFound
from havre.media.keep import keep_media
from havre.media.queries import media_for, medium_for, sealed_files_for
from tests.cast import NOON, introduce
from tests.media.test_keep import looked


@pytest.mark.usefixtures("database")
def test_a_medium_is_found_by_its_unit_and_does_not_exist_for_another() -> None:
    cast = introduce()
    batch = keep_media(cast.belgium, [looked(b"one")], NOON)
    ((sha256, medium),) = batch.media.items()
    assert medium_for(cast.bram, sha256) == medium
    assert list(media_for(cast.anke)) == [medium]
    with pytest.raises(NotFound) as theirs:
        medium_for(cast.chiara, sha256)
    with pytest.raises(NotFound) as none:
        medium_for(cast.chiara, bytes(32))
    assert str(theirs.value) == str(none.value)
    assert (media_for(cast.chiara).count(), sealed_files_for(cast.chiara).count()) == (0, 0)
