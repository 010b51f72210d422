"""The seams for sound and scene: empty tables are no imprints, and what stands in them fits."""

from havre.media.decode.imprints import HEARINGS, SOUND_RATE, VIEWINGS


def test_whatever_is_listed_can_be_called() -> None:
    for hearing in HEARINGS:
        assert hearing.method
        assert hearing.version
        assert callable(hearing.begin)
        assert callable(hearing.pack)
    assert all(callable(viewing) for viewing in VIEWINGS)
    assert SOUND_RATE == 11_025
