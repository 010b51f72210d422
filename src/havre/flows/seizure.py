"""A made-up seizure of benign pictures: a drive as people leave it, and folders that a unit judged earlier."""

import importlib.util
import io
import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

from havre.flows.footage import film, hung
from havre.flows.objects import with_socket, with_street
from havre.flows.scenery import flat, scenes

SEED = 2026
BEGAN = datetime(2024, 5, 4, 9, 30, tzinfo=UTC)
"""When the first picture of the holiday was taken."""
NIGHTS = 2
"""Of the holiday; as many pictures were taken on each day."""

PERTINENT, HARMLESS = 8, 6
ARDENNES, COAST = 10, 5
FILMED = 7
"""Four shots of a film, a poster, two rooms."""
SHIPPED = ("chelsea", "coffee", "rocket")
"""Photographs that scikit-image carries: a cat, a cup of coffee, a rocket."""

ROOM, STREET = 8, 5
"""Which pictures of the holiday show what tells the country: one of a table in a room, one of a village."""

MAKE, MODEL, CHANGED, TURN = 0x010F, 0x0110, 0x0132, 0x0112
WRITTEN, TAKEN, SERIAL = 0x8769, 0x9003, 0xA431
GPS, SOUTH_NORTH, LATITUDE, EAST_WEST, LONGITUDE = 0x8825, 1, 2, 3, 4
"""EXIF tags."""

HOLIDAY = "Users/jan/Pictures/2024/Ardennes"
SEASIDE = "Users/jan/Pictures/2023/07 the coast, with the old phone"
RECEIVED = "Users/jan/AppData/Roaming/Messenger/cache/images/9f/1c/received"
DOWNLOADS = "Users/jan/Downloads/new folder (2)/from the forum"
PHONE = "Phone backup 2024-05-30/Internal storage/DCIM"


@dataclass(frozen=True, slots=True)
class Seizure:
    """Where everything lies."""

    drive: Path
    pertinent: Path
    harmless: Path
    altered: Path
    """A file on the drive that is a mirrored copy of a pertinent picture."""
    piece: Path
    """A film on the drive that is a piece of a pertinent one."""
    room: Path
    """A picture on the drive in which a poster hangs that hangs in a pertinent one too."""


@dataclass(frozen=True, slots=True)
class Drive:
    """The seized drive while it is filled."""

    root: Path

    def put(self, place: str, content: bytes, after: int = 0) -> Path:
        """Write a file, dated so many minutes after the first picture."""
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        at = (BEGAN + timedelta(minutes=after)).timestamp()
        os.utime(path, (at, at))
        return path


def make_seizure(folder: Path, seed: int = SEED) -> Seizure:
    """Write the drive and the judged folders below `folder`; the same seed gives the same files."""
    pictures = [picture for _, picture in scenes(PERTINENT + HARMLESS + ARDENNES + COAST + 6, seed)]
    drawn = iter(pictures)
    pertinent, harmless, ardennes, coast = (
        [next(drawn) for _ in range(count)] for count in (PERTINENT, HARMLESS, ARDENNES, COAST)
    )
    ardennes[ROOM], ardennes[STREET] = with_socket(ardennes[ROOM]), with_street(ardennes[STREET])
    drive = Drive(folder / "seized drive")
    _judged(folder / "judged earlier" / "pertinent", pertinent)
    _judged(folder / "judged earlier" / "not pertinent", harmless)
    _own_pictures(drive, ardennes, coast)
    _forwarded(drive, ardennes)
    _downloaded(drive, pertinent, harmless)
    _phone(drive, pertinent, harmless, list(drawn))
    _odds_and_ends(drive, coast, seed)
    piece, room = _filmed(drive, folder / "judged earlier" / "pertinent", seed)
    return Seizure(
        drive=drive.root,
        pertinent=folder / "judged earlier" / "pertinent",
        harmless=folder / "judged earlier" / "not pertinent",
        altered=drive.root / DOWNLOADS / "flipped.jpg",
        piece=piece,
        room=room,
    )


def jpeg(picture: Image.Image, quality: int = 88, exif: Image.Exif | None = None) -> bytes:
    """The bytes of a JPEG; with EXIF those of a camera's."""
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality, **({"exif": exif} if exif is not None else {}))
    return written.getvalue()


def smaller(picture: Image.Image, share: float) -> Image.Image:
    """The picture with its sides made shorter."""
    return picture.resize((round(picture.width * share), round(picture.height * share)), Image.Resampling.LANCZOS)


@dataclass(frozen=True, slots=True)
class Camera:
    """What wrote pictures: what it is called, when it took the first, and where that was, in minutes of 50° N, 0° E."""

    model: str
    serial: str
    began: datetime
    north: float
    east: float

    def wrote(self, number: int, minutes: float, turn: int = 1) -> Image.Exif:
        """What it writes of a picture, so many minutes after the first; every third time it knows where it is."""
        exif = Image.Exif()
        exif[MAKE], exif[MODEL], exif[TURN] = "Sunrise", self.model, turn
        at = (self.began + timedelta(minutes=minutes)).strftime("%Y:%m:%d %H:%M:%S")
        exif[CHANGED] = at
        exif.get_ifd(WRITTEN).update({TAKEN: at, SERIAL: self.serial})
        if number % 3 == 0:
            north, east = (50.0, self.north, number / 2), (self.east // 60, self.east % 60, number / 3)
            exif[GPS] = {SOUTH_NORTH: "N", LATITUDE: north, EAST_WEST: "E", LONGITUDE: east}
        return exif


COMPACT = Camera("Compact 12", "6030741", BEGAN, 15.0, 340.0)
OLD_PHONE = Camera("Phone 3", "2210984", datetime(2023, 7, 16, 14, 5, tzinfo=UTC), 74.0, 175.0)


def _on_holiday(number: int) -> int:
    """Minutes after the first picture at which this one was taken: some on each day."""
    each = -(-ARDENNES // (NIGHTS + 1))
    return 24 * 60 * (number // each) + 7 * (number % each)


def _judged(folder: Path, pictures: Sequence[Image.Image]) -> None:
    folder.mkdir(parents=True)
    for number, picture in enumerate(pictures, start=1):
        (folder / f"{number:03}.jpg").write_bytes(jpeg(picture))


def holiday_name(number: int) -> str:
    """What the camera called a picture of the holiday."""
    return f"IMG_{number + 412:04}"


def _own_pictures(drive: Drive, ardennes: Sequence[Image.Image], coast: Sequence[Image.Image]) -> None:
    """What the camera wrote, and copies of some of it."""
    for number, picture in enumerate(ardennes):
        after = _on_holiday(number)
        content = jpeg(picture, 92, COMPACT.wrote(number, after))
        drive.put(f"{HOLIDAY}/{holiday_name(number)}.JPG", content, after)
        if number % 3 == 0:
            drive.put(f"{HOLIDAY}/to print/{holiday_name(number)} (1).JPG", content, after)
    for number, picture in enumerate(coast):
        drive.put(
            f"{SEASIDE}/P{number + 1:05}.jpg", jpeg(picture, 85, OLD_PHONE.wrote(number, 4 * number)), 400 + number
        )
    for number, picture in enumerate(_photographs()):
        drive.put(f"Users/jan/Pictures/found on the web/{number + 1}.jpg", jpeg(picture), 900 + number)


def _photographs() -> Iterator[Image.Image]:
    """Photographs of things, where scikit-image is installed; nothing depends on it."""
    if importlib.util.find_spec("skimage") is None:
        return
    from skimage import data

    for name in SHIPPED:
        yield Image.fromarray(getattr(data, name)()).convert("RGB")


def _forwarded(drive: Drive, ardennes: Sequence[Image.Image]) -> None:
    """What a messenger leaves of pictures: smaller, encoded again, without EXIF; and other ways to say the same."""
    for number, picture in enumerate(ardennes[:9]):
        drive.put(f"{RECEIVED}/{number:016x}.jpg", jpeg(smaller(picture, 0.625), 60), 500 + number)
    drive.put(f"{HOLIDAY}/edited/mirrored.jpg", jpeg(ardennes[1].transpose(Image.Transpose.FLIP_LEFT_RIGHT)), 610)
    drive.put(f"{HOLIDAY}/edited/upright.jpg", jpeg(ardennes[2].transpose(Image.Transpose.ROTATE_90)), 611)
    drive.put(
        f"{HOLIDAY}/edited/turned by its EXIF.jpg", jpeg(ardennes[4], 90, COMPACT.wrote(4, _on_holiday(4), turn=6)), 612
    )
    written = io.BytesIO()
    ardennes[5].save(written, "PNG", compress_level=1)
    drive.put(f"{HOLIDAY}/edited/IMG_0417.png", written.getvalue(), 613)


def _downloaded(drive: Drive, pertinent: Sequence[Image.Image], harmless: Sequence[Image.Image]) -> None:
    """Pictures that were judged before, as they were or altered."""
    for number, picture in enumerate(pertinent[:3]):
        drive.put(f"{DOWNLOADS}/{number + 1}.jpg", jpeg(picture), 700 + number)
    drive.put(f"{DOWNLOADS}/flipped.jpg", jpeg(pertinent[3].transpose(Image.Transpose.FLIP_LEFT_RIGHT), 75), 710)
    drive.put(f"{DOWNLOADS}/a/b/c/turned.jpg", jpeg(pertinent[4].transpose(Image.Transpose.ROTATE_270)), 711)
    drive.put(f"{DOWNLOADS}/a/b/c/small.jpg", jpeg(smaller(pertinent[5], 0.375), 70), 712)
    drive.put(f"{DOWNLOADS}/a/b/c/tiny.webp", _webp(smaller(pertinent[6], 0.3)), 713)
    for number, picture in enumerate(harmless[:4]):
        drive.put(f"Users/jan/Downloads/wallpapers/{number + 1}.jpg", jpeg(picture), 720 + number)
    drive.put("Users/jan/Downloads/wallpapers/5 small.jpg", jpeg(smaller(harmless[4], 0.5), 70), 725)


def _webp(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=70)
    return written.getvalue()


def _phone(
    drive: Drive, pertinent: Sequence[Image.Image], harmless: Sequence[Image.Image], more: Sequence[Image.Image]
) -> None:
    """A phone's backup: an archive, an animation, a sticker."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, picture in (("100/a.jpg", pertinent[7]), ("100/b.jpg", harmless[5])):
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 30, 8, 0, 0)), jpeg(picture))
        for number, picture in enumerate(more[:2]):
            archive.writestr(zipfile.ZipInfo(f"101/{number}.jpg", (2024, 5, 30, 8, 1, 0)), jpeg(picture))
    drive.put(f"{PHONE}/Camera.zip", packed.getvalue(), 800)
    animated, sticker = io.BytesIO(), io.BytesIO()
    first, *others = (smaller(picture, 0.4).quantize(128) for picture in more[2:5])
    first.save(animated, "GIF", save_all=True, append_images=others, duration=400)
    drive.put(f"{PHONE}/Animated/reaction.gif", animated.getvalue(), 801)
    smaller(more[5], 0.5).quantize(64).save(sticker, "PNG")
    drive.put(f"{PHONE}/Stickers/12.png", sticker.getvalue(), 802)


def _filmed(drive: Drive, pertinent: Path, seed: int) -> tuple[Path, Path]:
    """A film and a room that were judged; a piece of the one, and the poster of the other in another room."""
    shots = [picture for _, picture in scenes(FILMED, seed + 1)]
    (pertinent / "film.mp4").write_bytes(film(shots[:4]))
    piece = drive.put(f"{RECEIVED}/video-7f.mp4", film(shots[:4], 3, 6, quality=9), 830)
    poster, one, other = (picture.resize((640, 480)) for picture in shots[4:])
    (pertinent / "room.jpg").write_bytes(jpeg(hung(one, poster, ((40, 30), (330, 60), (330, 290), (40, 280)))))
    seen = hung(other, poster, ((300, 90), (610, 40), (600, 330), (290, 300)))
    return piece, drive.put("Users/jan/Pictures/new flat/kitchen.jpg", jpeg(seen), 831)


def _odds_and_ends(drive: Drive, coast: Sequence[Image.Image], seed: int) -> None:
    """A picture cut short, one too flat to tell, an empty file, and one that is no picture."""
    whole = jpeg(coast[0].transpose(Image.Transpose.FLIP_TOP_BOTTOM))
    drive.put("Recovered/$CarvedFiles/f0012288.jpg", whole[: len(whole) * 2 // 3], 820)
    drive.put("Users/jan/Pictures/Screenshots/2024-05-04.jpg", jpeg(flat(seed)), 821)
    drive.put("Users/jan/Pictures/Screenshots/2024-05-05.jpg", b"", 822)
    drive.put("Users/jan/Documents/shopping list.txt", b"bread, milk, potatoes\n", 823)
