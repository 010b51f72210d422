"""What a page carries of pictures."""

from base64 import b64decode

from havre.entrypoints.analyst.veils import veiled
from havre.media.models import Medium
from havre.media.veils import Veils
from havre.settings import Settings
from tests.cast import node


def test_a_page_carries_the_veil_itself(database: Settings) -> None:
    with node(database) as here:
        unit = here.anke.unit
        veils = Veils(str(unit.pk), here.home.keys.unit(str(unit.pk)))
        kept = veils.sealed(b"RIFF....WEBP", b"a" * 32)
        made = veiled(here.home, unit, [Medium(pk=1, sha256=b"a" * 32, veil=kept), Medium(pk=2, family="video")])
        assert b64decode(made[1].data.partition(",")[2]) == b"RIFF....WEBP"
        assert (made[2].data, made[2].film) == ("", True)
