"""What is sent is surveyed and read as what lies on a disk."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from havre.cases.models import Upload
from havre.errors import Invalid
from havre.flows.brought import OnDisk, Parcel
from havre.flows.dossier import open_dossier
from havre.flows.ordering import order_files
from tests.cast import Node
from tests.sending import send
from tests.sources import lay
from tests.web import visiting

FILES = {"b/2": b"two", "a": b"one", "b": b"", "b-1": b"x" * 100}


def test_files_that_were_sent_are_read_in_order_and_anew(begun: Node, tmp_path: Path) -> None:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    order = order_files(begun.home, begun.bram, "A")
    client = visiting(begun, begun.bram.person)
    for name, content in FILES.items():
        send(client, order, name, content, chunk=7)
    parcel = Parcel(order)
    for _ in range(2):
        pieces = list(parcel.pieces(begun.home, ExitStack()))
        assert [piece.found.path for piece in pieces] == ["a", "b", "b-1", "b/2"]
        for piece in pieces:
            with piece.opened() as file:
                assert file.read() == FILES[piece.found.path]
    before = parcel.survey(begun.home)
    assert (before.files, parcel.name) == (len(FILES), f"upload {order.pk}")
    Upload.objects.filter(name="a").update(name="c")
    assert parcel.survey(begun.home) != before
    assert OnDisk(str(lay(tmp_path / "in", {"a": b"one"}))).survey(begun.home).files == 1


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_folder_that_holds_the_nodes_own_database_is_refused(begun: Node) -> None:
    home = begun.home.settings.home
    for path in (home, home.parent, home / ".." / home.name):
        with pytest.raises(Invalid, match="holds this node's own database"):
            OnDisk(str(path)).survey(begun.home)
    assert OnDisk(str(lay(home / "seized", {"a": b"one"}))).survey(begun.home).files == 1
