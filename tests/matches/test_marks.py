"""Imprints become rows: films numbered without gaps or repeats, looks sealed, what can't be found left out."""

import pytest

from havre.errors import Broken
from havre.fingerprints import video
from havre.fingerprints.vpdq import Frame
from havre.matches.marks import Looks, keep_imprints, marks_of
from havre.matches.models import Imprint, Numbering
from havre.media.decode.outcomes import Imprint as Made
from tests.cast import Cast, introduce
from tests.folders import scene
from tests.imprinted import KEY, decoded, film, held, known, sound, view


@pytest.fixture
def cast(database: object) -> Cast:
    return introduce()


def test_films_are_numbered_one_after_the_other_and_never_with_a_number_given_before(cast: Cast) -> None:
    first, second = held(cast.belgium, film(1, 2, 3)), held(cast.belgium, film(4, 5))
    spans = list(Imprint.objects.order_by("id").values_list("first", "count"))
    assert spans == [(1, 3), (4, 2)]
    second.delete()
    first.delete()
    held(cast.belgium, film(6))
    held(cast.italy, film(6))
    assert list(Imprint.objects.order_by("id").values_list("unit", "first")) == [
        (cast.belgium.pk, 6),
        (cast.italy.pk, 1),
    ]
    assert Numbering.objects.get(unit=cast.belgium).next == 7


def test_a_look_is_sealed_and_opens_for_its_own_features_alone(cast: Cast) -> None:
    made, looks = view(scene(1)), Looks(cast.belgium, KEY)
    medium = held(cast.belgium, made)
    row = Imprint.objects.get()
    assert made.look not in bytes(row.sealed)
    (mark,) = marks_of(looks, [medium.pk])[medium.pk]
    assert (mark.made, mark.key, mark.partial) == (made, row.pk, False)
    row.data = bytes(row.data)[:-1] + b"\0"
    with pytest.raises(Broken):
        looks.plain(row)
    with pytest.raises(Broken):
        Looks(cast.italy, KEY).plain(Imprint.objects.get())
    assert KEY.hex() not in repr(looks)
    assert repr(KEY) not in repr(looks)


def test_what_has_nothing_to_be_found_by_is_left_out(cast: Cast) -> None:
    flat = video.Condenser()
    flat.take(Frame(0, 10, bytes(32), 0.0))
    nothing = Made(video.METHOD, video.VERSION, None, video.pack(flat.finish(1.0)))
    medium = held(cast.belgium, nothing, sound(1))
    assert [row.method for row in Imprint.objects.filter(medium=medium)] == ["sound"]
    assert not Numbering.objects.exists()


def test_imprints_of_a_damaged_file_are_partial_and_those_of_an_entry_are_its(cast: Cast) -> None:
    held(cast.belgium, sound(1), damage="cut off")
    entry = known(cast.anke, True, sound(2))
    assert list(Imprint.objects.order_by("id").values_list("partial", "knowledge")) == [(True, None), (False, entry.pk)]
    assert keep_imprints(Looks(cast.belgium, KEY), [(entry, decoded())]) == {}
