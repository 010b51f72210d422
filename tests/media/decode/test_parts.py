"""The parts of an answer lie one after the other, and the head says how long each is."""

from havre.media.decode.outcomes import Imprint, View
from havre.media.decode.parts import laid


def test_a_look_follows_its_imprint() -> None:
    views = [View(0.5, b"view")]
    imprints = [Imprint("film", "1", None, b"runs"), Imprint("scene", "1", 0.5, b"features", b"look")]
    about, body = laid(b"preview", views, imprints)
    assert about == {
        "preview": 7,
        "storyboard": [[0.5, 4]],
        "imprints": [["film", "1", None, 4, 0], ["scene", "1", 0.5, 8, 4]],
    }
    assert body == b"previewviewrunsfeatureslook"
