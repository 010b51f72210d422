"""Only what the operator allowed is taken in from the server, and nobody learns what else there is."""

from dataclasses import replace
from pathlib import Path

import pytest

from havre.cases.models import State
from havre.errors import NotFound
from havre.flows.dossier import open_dossier
from havre.flows.home import Home
from havre.flows.ordering import order_folder
from tests.cast import Node


@pytest.fixture
def case(begun: Node, tmp_path: Path) -> Node:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    (tmp_path / "allowed").mkdir()
    return replace(begun, home=Home(replace(begun.home.settings, sources=(tmp_path / "allowed",))))


def test_a_path_the_operator_did_not_allow_is_as_if_it_did_not_exist(case: Node, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "allowed" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "allowed-too").mkdir()
    sentences = set()
    for path in ("secret", "allowed/link", "allowed/../secret", "allowed-too", "allowed/none", "allowed/\0", "nothing"):
        with pytest.raises(NotFound) as told:
            order_folder(case.home, case.bram, "A", f"{tmp_path}/{path}")
        sentences.add(str(told.value))
    assert len(sentences) == 1
    assert order_folder(case.home, case.bram, "A", f"{tmp_path}/allowed").state == State.WAITING
