"""A begun node for the flows that need one."""

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from havre.flows import scenery
from havre.flows.open_door import open_door
from havre.settings import Settings
from tests.cast import Node, node
from tests.conftest import PROOF
from tests.flows.fed import Fed, fed
from tests.hotline.tipped import reporter


@pytest.fixture
def begun(database: Settings) -> Iterator[Node]:
    """A node on which the cast works, on a database of either kind."""
    with node(database) as found:
        yield found


@pytest.fixture(scope="session")
def drawn_once() -> Iterator[None]:
    """Each scene is drawn once in this process, unless everything is to be proven.

    That a seed draws the same again is tested of scenes themselves.
    """
    if PROOF:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        draw = scenery.scene
        kept = cache(lambda kind, seed: _packed(draw(kind, seed)))
        patch.setattr(scenery, "scene", lambda kind, seed: Image.open(BytesIO(kept(kind, seed))).convert("RGB"))
        yield


def _packed(picture: Image.Image) -> bytes:
    content = BytesIO()
    picture.save(content, "PNG", compress_level=1)
    return content.getvalue()


@pytest.fixture
def having_feed(begun: Node, tmp_path: Path) -> Fed:
    """A node whose Belgian unit has a feed."""
    return fed(begun, tmp_path / "roots")


@pytest.fixture
def tips(begun: Node) -> Path:
    """The folder of a node whose Belgian unit takes reports of a platform."""
    open_door(begun.home, begun.anke)
    reporter(begun.anke.unit)
    return begun.home.settings.tips
