"""Secrets of people are sealed with a key made of the node's."""

import pytest

from havre.errors import Broken
from havre.flows.sealed_text import open_text, seal_text
from havre.settings import Settings
from tests.cast import node


def test_a_secret_opens_only_unaltered_and_on_its_node(database: Settings) -> None:
    with node(database) as here:
        sealed = seal_text(here.home, "JBSWY3DPEHPK3PXP")
        assert "JBSW" not in sealed
        assert open_text(here.home, sealed) == "JBSWY3DPEHPK3PXP"
        assert seal_text(here.home, "JBSWY3DPEHPK3PXP") != sealed
        for altered in (sealed[:-4] + "AAA=", "", "%", sealed[4:]):
            with pytest.raises(Broken, match="was altered"):
                open_text(here.home, altered)
