"""The parts of an answer lie one after the other, and the head says how long each is."""

from io import BytesIO

from PIL import Image

from havre.media.decode.outcomes import Imprint, View
from havre.media.decode.parts import laid


def test_a_look_follows_its_imprint() -> None:
    views = [View(0.5, b"view")]
    imprints = [Imprint("film", "1", None, b"runs"), Imprint("scene", "1", 0.5, b"features", b"look")]
    file = BytesIO()
    Image.linear_gradient("L").save(file, "JPEG")
    preview = file.getvalue()
    about, body = laid(preview, views, imprints)
    veil = Image.open(BytesIO(bytes.fromhex(about.pop("veil"))))
    assert (veil.format, max(veil.size)) == ("WEBP", 56)
    assert about == {
        "preview": len(preview),
        "storyboard": [[0.5, 4]],
        "imprints": [["film", "1", None, 4, 0], ["scene", "1", 0.5, 8, 4]],
    }
    assert body == preview + b"viewrunsfeatureslook"


def test_without_a_picture_there_is_no_veil() -> None:
    about, body = laid(b"", [], [])
    assert (about["preview"], about["veil"], body) == (0, "", b"")
