"""A serial number links, a phone model does not, and it follows from counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.linking.camera import links
from havre.linking.keys import Counts
from havre.linking.links import Kind, Link
from havre.linking.stated import Stated, stated
from tests.linking.cameras import CANON, IPHONE, NIKON, NOON, Table, of
from tests.pictures import corpus

SERIAL = {"camera serial": "3035706"}


def linked(new: Stated, *others: Stated, size: int = 50_000) -> list[Link]:
    """What the table would link the new medium to."""
    table = Table([new, *others], size)
    return list(links(new, table.candidates(new), table.counts(new)))


def crowd(start: int, count: int, *facts: dict[str, str], **more: str) -> list[Stated]:
    """Many media that state the same."""
    return [of(start + at, *facts, **more) for at in range(count)]


# ---- the same camera ----


def test_a_serial_number_links_and_says_how_common_it_is() -> None:
    (link,) = linked(of(1, NIKON, SERIAL), of(2, NIKON, SERIAL), *crowd(10, 100, IPHONE))
    assert (link.one, link.other, link.kind) == (1, 2, Kind.CAMERA)
    assert link.told == {"agrees": ("camera serial",), "serial": "3035706", "carriers": 2, "media": 50_000}
    assert link.weight > 6


def test_a_common_phone_model_means_nothing() -> None:
    phones = crowd(10, 500, IPHONE, software="12.0")
    table = Table(phones, 1_000)
    assert links(phones[0], phones[1:], table.counts(phones[0])) == ()


@pytest.mark.parametrize("junk", ["0", "00000000", "N/A", "unknown", "1111111", "-", "NULL", "none 000"])
def test_a_serial_that_is_none_means_nothing(junk: str) -> None:
    assert linked(of(1, NIKON, camera_serial=junk, lens_serial=junk), of(2, NIKON, camera_serial=junk)) == []


def test_a_serial_that_other_models_carry_means_less_the_more_carry_it() -> None:
    weights = [
        linked(
            of(1, NIKON, SERIAL),
            of(2, NIKON, SERIAL),
            *crowd(10, 50, NIKON),
            *crowd(100, n, CANON, SERIAL),
            *crowd(1_000, 100, IPHONE),
        )
        for n in (0, 1, 20, 400)
    ]
    found = [at[0].weight if at else 0.0 for at in weights]
    assert found == sorted(found, reverse=True)
    assert (found[0] > 4, found[-1]) == (True, 0.0)


def test_a_short_serial_means_less_than_a_long_one() -> None:
    (short,) = linked(of(1, NIKON, camera_serial="407"), of(2, NIKON, camera_serial="407"))
    (long,) = linked(of(1, NIKON, camera_serial="202074057778"), of(2, NIKON, camera_serial="202074057778"))
    assert short.weight < 4 < long.weight


def test_the_same_serial_in_another_model_is_no_link() -> None:
    assert linked(of(1, NIKON, SERIAL), of(2, CANON, SERIAL)) == []


def test_how_a_maker_writes_its_name_does_not_matter() -> None:
    assert linked(of(1, NIKON, SERIAL), of(2, SERIAL, camera_make="Nikon", camera_model=" nikon  d810"))


def test_a_lens_moves_from_body_to_body_and_the_contradiction_is_named() -> None:
    lens = {"lens": "EF50mm f/1.8 STM", "lens serial": "0000214e1c"}
    (link,) = linked(of(1, CANON, lens, camera_serial="052034000539"), of(2, CANON, lens, camera_serial="072024000973"))
    assert (link.told["agrees"], link.told["contradicts"]) == (("lens serial",), ("camera serial",))


def test_a_camera_with_three_thousand_pictures_is_still_one_camera() -> None:
    (*found,) = linked(of(1, NIKON, SERIAL), *crowd(10, 3_000, NIKON, SERIAL), size=10_000)
    assert 0 < len(found) <= 200
    assert found[0].weight > 3


# ---- the same session ----


def test_consecutive_numbers_and_close_times_of_one_model() -> None:
    first = of(1, NIKON, taken="2019-04-14T12:00:00", path="DCIM/100/DSC_0412.JPG")
    second = of(2, NIKON, taken="2019-04-14T12:00:41", path="DCIM/100/DSC_0413.JPG")
    (link,) = linked(first, second, *crowd(10, 2_000, NIKON))
    assert link.kind is Kind.SESSION
    assert link.told["agrees"] == ("camera", "file number", "time")
    assert [link.told[name] for name in ("seconds", "one_number", "other_number")] == [41.0, "0412", "0413"]
    assert linked(second, first, *crowd(10, 2_000, NIKON)) == [link]


def test_numbers_alone_are_shared_by_millions() -> None:
    assert linked(of(1, IPHONE, path="IMG_0412.JPG"), of(2, IPHONE, path="IMG_0413.JPG")) == []
    far = of(2, IPHONE, taken="2020-01-01T00:00:00", path="IMG_0413.JPG")
    assert linked(of(1, IPHONE, taken=NOON, path="IMG_0412.JPG"), far) == []


def test_numbers_of_two_models_say_nothing() -> None:
    (link,) = linked(of(1, NIKON, taken=NOON, path="IMG_0412.JPG"), of(2, CANON, taken=NOON, path="IMG_0413.JPG"))
    assert (link.told["agrees"], link.told["contradicts"]) == (("time",), ("camera model",))


def test_a_number_that_runs_against_the_clock_is_a_contradiction() -> None:
    later = of(1, NIKON, taken="2019-04-14T12:00:41", path="DSC_0412.JPG")
    (link,) = linked(later, of(2, NIKON, taken=NOON, path="DSC_0413.JPG"))
    assert (link.told["agrees"], link.told["contradicts"]) == (("camera", "time"), ("file number",))


def test_the_same_number_twice_runs_against_no_clock() -> None:
    moving = of(1, IPHONE, taken="2019-04-14T12:00:01", path="IMG_0412.MOV")
    (link,) = linked(moving, of(2, IPHONE, taken=NOON, path="IMG_0412.HEIC"))
    assert link.told["agrees"] == ("camera", "file number", "time")


def test_a_row_rolls_over_in_time() -> None:
    last = of(1, NIKON, taken=NOON, path="100NIKON/DSC_9999.JPG")
    (link,) = linked(last, of(2, NIKON, taken="2019-04-14T12:00:41", path="101NIKON/DSC_0001.JPG"))
    assert "file number" in str(link.told["agrees"])


def test_the_closer_in_time_the_heavier() -> None:
    near, far, too_far = (of(n, NIKON, taken=f"2019-04-14T12:{m}:30") for n, m in ((2, "00"), (3, "09"), (4, "12")))
    weights = {link.other: link.weight for link in linked(of(1, NIKON, taken=NOON), near, far, too_far)}
    assert weights.keys() == {2, 3}
    assert weights[2] > weights[3]


def test_a_clock_that_was_never_set_means_nothing() -> None:
    never = {"taken": "2002-12-08T12:00:00"}
    others = [*crowd(100, 40, CANON, never), *crowd(200, 300, IPHONE)]
    assert linked(of(1, NIKON, never), of(2, NIKON, never), *crowd(10, 60, NIKON), *others, size=1_000) == []
    assert linked(of(1, NIKON, taken=NOON), of(2, NIKON, taken=NOON), *crowd(10, 60, NIKON), *others, size=1_000)


def test_local_times_are_compared_as_such_and_never_with_utc() -> None:
    local, same, utc = of(1, taken=NOON), of(2, taken=NOON), of(3, satellite_time=f"{NOON}Z")
    assert [link.other for link in linked(local, same, utc)] == [2]


def test_utc_counts_where_both_tell_it() -> None:
    brussels, london = of(1, taken=f"{NOON}+02:00"), of(2, taken="2019-04-14T11:00:05+01:00")
    (link,) = linked(brussels, london)
    assert link.told["seconds"] == 5.0
    assert linked(brussels, of(2, taken=f"{NOON}+01:00")) == []


def test_satellites_tell_the_zone_of_the_clock() -> None:
    phone = of(1, taken="2019-04-14T13:46:10", satellite_time="2019-04-14T11:46:08Z")
    (link,) = linked(phone, of(2, taken="2019-04-14T06:46:30-05:00"))
    assert link.told["seconds"] == 20.0


def test_near_places_link_and_far_ones_contradict_the_time() -> None:
    here, near, far = (
        of(n, taken=f"{NOON}+02:00", latitude=latitude, longitude="4.6969833")
        for n, latitude in ((1, "50.8715278"), (2, "50.8714667"), (3, "52.1"))
    )
    (link,) = linked(here, near, far)
    assert (link.other, link.told["agrees"], link.told["metres"]) == (2, ("place", "time"), 6.8)


@pytest.mark.parametrize(("latitude", "longitude"), [("0", "0"), ("0.0", "-0.0"), ("nan", "4"), ("91", "4"), ("x", "")])
def test_a_place_that_is_none_means_nothing(latitude: str, longitude: str) -> None:
    nowhere = {"latitude": latitude, "longitude": longitude}
    assert linked(of(1, nowhere), of(2, nowhere)) == []


def test_a_city_where_everybody_is_means_less_than_a_farm() -> None:
    farm = {"latitude": "50.8715", "longitude": "4.6970"}
    town = {"latitude": "48.8584", "longitude": "2.2945"}
    crowded = [*crowd(100, 50, CANON, town), *crowd(200, 50, IPHONE)]
    assert linked(of(1, NIKON, farm), of(2, NIKON, farm), *crowded)[0].weight > 6
    assert linked(of(1, NIKON, town), of(2, NIKON, town), *crowd(10, 40, NIKON), *crowded) == []


def test_the_same_original_links_and_an_id_that_every_picture_has_does_not() -> None:
    image = {"image id": "fc5a19760a142a7d0000000000000000"}
    (link,) = linked(of(1, IPHONE, image, taken=NOON), of(2, IPHONE, image))
    assert link.told["agrees"] == ("camera", "image id")
    constant = {"image id": "C13QSGJ02SB"}
    day_later = of(2, IPHONE, constant, taken="2019-04-15T12:00:00")
    assert linked(of(1, IPHONE, constant, taken=NOON), day_later) == []


def test_pictures_received_in_a_row_link_in_a_small_database() -> None:
    first, second = of(1, path="IMG-20240105-WA0003.jpg"), of(2, path="IMG-20240105-WA0004.jpg")
    (link,) = linked(first, second, size=500)
    assert (link.told["agrees"], link.told["one_number"]) == (("day",), "0003")
    assert linked(first, second, size=1_000_000) == []


def test_a_different_body_contradicts_the_session() -> None:
    one, other = of(1, NIKON, camera_serial="3035706", taken=NOON), of(2, NIKON, camera_serial="3035999", taken=NOON)
    (link,) = linked(one, other)
    assert (link.kind, link.told["contradicts"]) == (Kind.SESSION, ("camera serial",))


def test_what_a_medium_says_in_two_ways_is_named() -> None:
    both = stated(1, [*NIKON.items(), ("camera serial", "3035706"), ("camera serial", "999888")])
    (link,) = linked(both, of(2, NIKON, SERIAL))
    assert link.told["contradicts"] == ("camera serial",)


# ---- whatever is written ----

NAMES = st.sampled_from(
    [
        "camera make",
        "camera model",
        "camera serial",
        "lens serial",
        "lens",
        "software",
        "taken",
        "digitised",
        "modified",
        "latitude",
        "longitude",
        "satellite time",
        "image id",
        "document id",
        "original document id",
        "anything",
    ]
)
WRITTEN = [
    "2019-04-14T12:00:00",
    "2019-04-14T12:00:41Z",
    "9999-99-99T99:99:99",
    "0000:00:00 00:00:00",
    "2019-04-14T12:00:00+99:99",
    "50.87",
    "-180",
    "1e400",
    "inf",
    "NIKON",
    "3035706",
    "0",
    "\x00",
    "２０１９",
    "4.6970000",
]
TEXTS = st.text(max_size=40) | st.sampled_from(WRITTEN)
MEDIA = st.lists(st.tuples(NAMES, TEXTS), max_size=12)
PATHS = st.lists(st.text(max_size=30) | st.sampled_from(["IMG_0412.JPG", "IMG-20240105-WA0003.jpg"]), max_size=2)


@given(MEDIA, PATHS, MEDIA, PATHS, st.integers(0, 10**7))
def test_no_metadata_is_an_error_and_a_link_is_the_same_from_both_sides(
    one: list[tuple[str, str]], at: list[str], other: list[tuple[str, str]], there: list[str], size: int
) -> None:
    first, second = stated(1, one, at), stated(2, other, there)
    table = Table([first, second], size)
    forth = links(first, [second], table.counts(first))
    back = links(second, [first], table.counts(second))
    assert [(link.kind, link.told) for link in forth] == [(link.kind, link.told) for link in back]
    assert all(0 <= link.expected_false < 1 for link in forth)
    assert all(link.told["agrees"] for link in forth)


@given(MEDIA, PATHS)
def test_nothing_is_linked_with_itself_or_twice(facts: list[tuple[str, str]], paths: list[str]) -> None:
    one, copy = stated(1, facts, paths), stated(2, facts, paths)
    found = links(one, [one, copy, copy], Counts(media=10, stating=5))
    assert all((link.one, link.other) == (1, 2) for link in found)
    assert len({link.kind for link in found}) == len(found)


@pytest.mark.corpus
def test_the_drone_of_the_corpus_is_one_session_and_nothing_else_is() -> None:
    from PIL import Image

    from havre.media.decode.facts import of_pillow

    media = []
    for number, path in enumerate(sorted([*corpus().glob("photos/*.jpg"), *corpus().glob("scenes/*/*.jpg")])):
        with Image.open(path) as picture:
            facts = of_pillow(picture)[0]
        media.append((path, stated(number, [(fact.name, fact.value) for fact in facts], [path.name])))
    table = Table([one for _, one in media])
    found = {
        (link.one, link.other): link
        for _, one in media
        for link in links(one, table.candidates(one), table.counts(one))
    }
    folders = {(media[one][0].parent.name, media[other][0].parent.name) for one, other in found}
    assert folders == {("brighton_park", "brighton_park"), ("leuven", "leuven")}
    assert len(found) == 9 * 8 // 2 + 1
    assert min(link.weight for link in found.values()) > 2
