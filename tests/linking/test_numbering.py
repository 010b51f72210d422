"""Names of files tell numbers and times, and nothing where they tell nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.linking.numbering import MOST_NUMBERS, Numbered, gap, named


def number(path: str) -> Numbered:
    (found,) = named([path]).numbers
    return found


@pytest.mark.parametrize(
    ("path", "row", "written"),
    [
        ("DCIM/100APPLE/IMG_0412.JPG", "img", "0412"),
        ("IMG_E0412.HEIC", "img", "0412"),
        ("holiday\\DSC_0423.NEF", "dsc", "0423"),
        ("00_DSC_0423.jpg", "dsc", "0423"),
        ("DSC00412.JPG", "dsc", "00412"),
        ("P1010001.JPG", "p", "1010001"),
        ("MVI_4711.avi", "mvi", "4711"),
        ("IMG_0412 (1).jpg", "img", "0412"),
        ("IMG_0412 - Copy.jpg", "img", "0412"),
        ("IMG_0412-edited~2.jpg", "img", "0412"),
        ("0412.jpg", "", "0412"),
    ],
)
def test_a_camera_s_number_is_read(path: str, row: str, written: str) -> None:
    assert (number(path).row, number(path).written) == (row, written)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("IMG_0412.JPG", "IMG_0413.JPG", 1),
        ("DCIM/100CANON/IMG_9999.JPG", "DCIM/101CANON/IMG_0001.JPG", 1),
        ("P1019999.JPG", "P1020001.JPG", 1),
        ("IMG_0412.JPG", "IMG_0412.MOV", 0),
        ("DSC09999.JPG", "DSC00001.JPG", 1),
        ("IMG_0412.JPG", "DSC_0413.JPG", None),
    ],
)
def test_neighbours_are_neighbours_where_folders_roll_over_too(one: str, other: str, apart: int | None) -> None:
    assert gap(number(one), number(other)) == apart
    assert gap(number(other), number(one)) == apart


@pytest.mark.parametrize(
    "path",
    [
        "20240105_143015.jpg",
        "IMG_20240105_143015.jpg",
        "Screenshot_20240105-143015.png",
        "Screenshot_2024-01-05-14-30-15.png",
        "Screenshot 2024-01-05 at 14.30.15.png",
        "WhatsApp Image 2024-01-05 at 14.30.15.jpeg",
        "signal-2024-01-05-14-30-15-123.jpg",
        "photo_2024-01-05_14-30-15.jpg",
    ],
)
def test_a_time_in_a_name_is_local_and_no_number(path: str) -> None:
    assert named([path]) == named(["2024-01-05 14:30:15"])
    assert named([path]).local == 1704465015.0
    assert named([path]).numbers == ()


def test_google_s_camera_writes_utc() -> None:
    found = named(["PXL_20240105_143015123.jpg"])
    assert (found.local, found.instant) == (None, 1704465015.0)


def test_whatsapp_counts_by_the_day() -> None:
    (first,), (second,), (next_day,) = (
        named([name]).days for name in ("IMG-20240105-WA0003.jpg", "VID-20240105-WA0004.mp4", "IMG-20240106-WA0004.jpg")
    )
    assert gap(first, second) == 1
    assert gap(first, next_day) is None
    assert named(["IMG-20240105-WA0003.jpg"]).numbers == ()


@pytest.mark.parametrize(
    "path", ["", "/", "....", "image.jpg", "IMG_04", "٢٠٢٤٠١٠٥", "²²²²", "2024-13-45 25.61.61.png"]
)
def test_what_says_nothing_gives_nothing(path: str) -> None:
    assert named([path]).local is None
    assert named([path]).days == ()


def test_a_medium_that_lies_in_thousands_of_places_keeps_a_few_numbers() -> None:
    assert len(named(f"copies/IMG_{number:04}.JPG" for number in range(5_000)).numbers) == MOST_NUMBERS


@given(st.lists(st.text(max_size=60), max_size=4))
def test_no_name_is_an_error(paths: list[str]) -> None:
    assert named(paths) == named(paths[::-1])


@given(st.text(alphabet="IMGDSCWAPXL0129_-. ():~\\/", max_size=40))
def test_almost_a_camera_s_name_is_no_error(path: str) -> None:
    assert all(number.at >= 0 for number in named([path]).numbers)
