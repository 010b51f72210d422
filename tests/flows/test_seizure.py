"""The made-up seizure holds what a real one does, the same on every machine."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from havre.flows.seizure import ARDENNES, DOWNLOADS, HARMLESS, HOLIDAY, PERTINENT, PHONE, Seizure, make_seizure


def listing(folder: Path) -> dict[str, tuple[str, float]]:
    """Digest and time of every file."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime)
        for path in files
    }


pytestmark = [pytest.mark.xdist_group("drawn"), pytest.mark.usefixtures("drawn_once")]  # each scene once for all


@pytest.fixture(scope="module")
def made(drawn_once: None, tmp_path_factory: pytest.TempPathFactory) -> Seizure:
    """A seizure from the usual seed."""
    return make_seizure(tmp_path_factory.mktemp("seizure"))


def test_the_same_seed_makes_the_same_drive_with_the_same_times(made: Seizure, tmp_path: Path) -> None:
    assert listing(make_seizure(tmp_path).drive) == listing(made.drive)


def test_it_holds_originals_copies_alterations_an_archive_and_what_is_no_picture(made: Seizure) -> None:
    drive = made.drive
    files = listing(drive)
    digests = [digest for digest, _ in files.values()]
    assert len([path for path in files if path.startswith(f"{HOLIDAY}/IMG_")]) == ARDENNES
    assert len(digests) - len(set(digests)) == len(range(0, ARDENNES, 3))
    assert len(list(made.pertinent.glob("0*.jpg"))) == PERTINENT
    assert len(list(made.harmless.iterdir())) == HARMLESS
    assert max(path.count("/") for path in files) >= 8
    with zipfile.ZipFile(drive / PHONE / "Camera.zip") as archive:
        assert len(archive.namelist()) == 4
    with Image.open(drive / PHONE / "Animated/reaction.gif") as animation:
        assert getattr(animation, "n_frames", 1) == 3
    with Image.open(drive / PHONE / "Stickers/12.png") as sticker:
        assert sticker.mode == "P"
    with Image.open(drive / HOLIDAY / "IMG_0412.JPG") as original:
        assert original.getexif()[0x0110] == "Compact 12"
    assert sorted(path.rpartition("/")[2] for path in files if not (drive / path).stat().st_size) == ["2024-05-05.jpg"]


def test_known_pictures_are_on_the_drive_byte_for_byte_and_altered(made: Seizure) -> None:
    judged = {digest for digest, _ in listing(made.pertinent).values()}
    on_the_drive = {digest for digest, _ in listing(made.drive / DOWNLOADS).values()}
    assert len(judged & on_the_drive) == 3
    mirrored = Image.open(made.altered).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    original = Image.open(io.BytesIO((made.pertinent / "004.jpg").read_bytes()))
    assert abs(mirrored.convert("L").getpixel((300, 300)) - original.convert("L").getpixel((300, 300))) < 30  # type: ignore[operator]
