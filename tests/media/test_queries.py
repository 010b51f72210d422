"""Media and their sealed files are for their unit; what is another's does not exist."""

import pytest

from havre.errors import NotFound
from havre.media.keep import keep_media
from havre.media.models import Fact, Fingerprint, Medium
from havre.media.queries import fingerprints_first, media_for, medium_by_id, orientations_of, sealed_files_for
from tests.cast import NOON, introduce
from tests.media.test_keep import looked


@pytest.mark.usefixtures("database")
def test_a_medium_is_found_by_its_unit_and_does_not_exist_for_another() -> None:
    cast = introduce()
    batch = keep_media(cast.belgium, [looked(b"one")], NOON)
    (medium,) = batch.media.values()
    assert medium_by_id(cast.bram, medium.pk) == medium
    assert list(media_for(cast.anke)) == [medium]
    with pytest.raises(NotFound) as theirs:
        medium_by_id(cast.chiara, medium.pk)
    with pytest.raises(NotFound) as none:
        medium_by_id(cast.chiara, medium.pk + 1)
    assert str(theirs.value) == str(none.value)
    assert (media_for(cast.chiara).count(), sealed_files_for(cast.chiara).count()) == (0, 0)


@pytest.mark.usefixtures("database")
def test_two_media_are_told_their_first_fingerprints_at_once() -> None:
    cast = introduce()
    keep_media(cast.belgium, [looked(b"one"), looked(b"two"), looked(b"three")], NOON)
    one, other, third = Medium.objects.order_by("id")
    Fingerprint.objects.all().delete()
    made = {"method": "pdq", "version": 1, "orientations": b"", "quality": 50, "partial": False}
    for medium, frame in ((one, 3), (one, 1), (one, 2), (other, 0), (third, 0)):
        Fingerprint.objects.create(medium=medium, frame=frame, **made)
    found = fingerprints_first(cast.anke, one.pk, other.pk)
    assert {(made.medium_id, made.frame) for made in found} == {(one.pk, 1), (other.pk, 0)}
    Fingerprint.objects.filter(medium=other).delete()
    assert [made.medium_id for made in fingerprints_first(cast.anke, one.pk, other.pk)] == [one.pk]
    assert fingerprints_first(cast.chiara, one.pk, third.pk) == []


@pytest.mark.usefixtures("database")
def test_a_picture_asks_to_be_turned_by_what_its_exif_said_first_if_that_can_be() -> None:
    cast = introduce()
    keep_media(cast.belgium, [looked(b"one"), looked(b"two"), looked(b"three")], NOON)
    one, other, third = Medium.objects.order_by("id")
    for medium, value in ((one, "6"), (one, "3"), (other, "1"), (other, "9"), (third, "upside down")):
        Fact.objects.create(medium=medium, name="orientation", field="EXIF:Orientation", value=value)
    assert orientations_of(cast.anke, [one.pk, other.pk, third.pk]) == {one.pk: 6}
    assert orientations_of(cast.chiara, [one.pk]) == {}
