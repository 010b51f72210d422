"""What tells a country stands where it is said, in pictures that stay as they were around it."""

from PIL import Image, ImageChops

from havre.flows.objects import LETTER_BOX, RED, SIGN, SOCKET, WHITE, Place, with_socket, with_street

SCENE = (1024, 768)


def _colour(picture: Image.Image, place: Place) -> tuple[int, ...]:
    """At the middle of the left side, a little inside."""
    found = picture.getpixel((place[0] + 10, place[1] + place[3] // 3))
    assert isinstance(found, tuple)
    return found


def test_each_thing_stands_where_it_is_said_and_the_picture_given_stays_as_it_was() -> None:
    empty = Image.new("RGB", SCENE, (90, 120, 90))
    room, street = with_socket(empty), with_street(empty)
    assert (_colour(room, SOCKET), _colour(street, SIGN), _colour(street, LETTER_BOX)) == (WHITE, WHITE, RED)
    assert empty.getcolors() == [(SCENE[0] * SCENE[1], (90, 120, 90))]
    assert ImageChops.difference(empty, room).getbbox() == (
        SOCKET[0],
        SOCKET[1],
        SOCKET[0] + SOCKET[2] + 1,
        SOCKET[1] + SOCKET[3] + 1,
    )
