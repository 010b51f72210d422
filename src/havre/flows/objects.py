"""Things drawn into pictures of the demonstration that tell where these were taken, and where each of them stands."""

from PIL import Image, ImageDraw, ImageFont

Place = tuple[int, int, int, int]
"""Left, top, width and height in pixels of a drawn scene."""

SOCKET: Place = (742, 196, 108, 108)
SIGN: Place = (560, 560, 372, 84)
LETTER_BOX: Place = (150, 520, 92, 200)

WORD = "BOULANGERIE"

WHITE, DARK, RED, BROWN = (238, 238, 232), (28, 26, 24), (196, 22, 28), (96, 62, 38)


def with_socket(room: Image.Image) -> Image.Image:
    """A room with a socket on its wall that has a pin for earth, as plug E asks for."""
    picture = room.copy()
    draw = ImageDraw.Draw(picture)
    left, top, width, height = SOCKET
    x, y = left + width // 2, top + height // 2
    draw.rounded_rectangle((left, top, left + width, top + height), 12, fill=WHITE, outline=(150, 150, 146), width=3)
    draw.circle((x, y), 42, fill=(222, 222, 216), outline=(165, 165, 160), width=3)
    for hole in (x - 19, x + 19):
        draw.circle((hole, y), 7, fill=DARK)
    draw.circle((x, y - 26), 6, fill=(176, 152, 84), outline=DARK)
    return picture


def with_street(village: Image.Image) -> Image.Image:
    """A village with a baker's sign in French and a red letter box."""
    picture = village.copy()
    draw = ImageDraw.Draw(picture)
    left, top, width, height = SIGN
    for post in (left + 30, left + width - 42):
        draw.rectangle((post, top + height, post + 12, top + height + 90), fill=BROWN)
    draw.rectangle((left, top, left + width, top + height), fill=WHITE, outline=BROWN, width=6)
    middle = (left + width // 2, top + height // 2)
    draw.text(middle, WORD, fill=DARK, font=ImageFont.load_default(46), anchor="mm")
    left, top, width, height = LETTER_BOX
    draw.rectangle((left + 36, top + 120, left + 56, top + height), fill=(70, 70, 72))
    draw.rounded_rectangle((left, top, left + width, top + 130), 14, fill=RED, outline=(110, 10, 14), width=3)
    draw.rectangle((left + 18, top + 30, left + 74, top + 42), fill=DARK)
    return picture
