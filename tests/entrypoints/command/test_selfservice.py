"""`havre selfservice`: what people sent is listed, shown, answered and withdrawn; the kernel is built."""

from pathlib import Path

from havre.flows.open_door import open_door
from havre.flows.take_letters import take_in
from havre.hotline.letters import door_of, follow
from havre.sealing.receipt import new_code
from havre.selfservice.door import write_hashes
from havre.selfservice.models import Protected, State
from havre.settings import Settings
from tests.cast import NOON, node, noon
from tests.conftest import Havre
from tests.sealing.wire import chance
from tests.selfservice.made import given, hashed
from tests.selfservice.test_kernel import SERVED


def test_what_somebody_sent_is_listed_shown_answered_and_withdrawn(database: Settings, havre: Havre) -> None:
    code = new_code(chance(1))
    with node(database) as begun:
        write_hashes(open_door(begun.home, begun.anke), code, given(1, tell=True), NOON)
        take_in(begun.home, begun.anke.unit, noon)
    (row,) = havre("--as", "anke", "selfservice", "list", "--json").json
    assert (row["submission"], row["files"], row["tell"]) == (1, 1, True)
    (file,) = havre("--as", "anke", "selfservice", "show", 1, "--json").json["files"]
    assert (file["md5"], file["state"]) == (hashed(1).md5, "held")
    assert havre("--as", "anke", "selfservice", "find", "--json").json == []
    assert "nothing of that number was found" in havre("--as", "anke", "selfservice", "leave", 1, "ab" * 32).stderr
    unknown = havre("--as", "anke", "selfservice", "answer", 1, "We found it.", "--medium", "ab" * 32)
    assert "nothing of that number was found" in unknown.stderr
    assert havre("--as", "anke", "selfservice", "answer", 1, "We found it.").exit == 0
    assert [text for _at, text in follow(door_of(), code).answers] == ["We found it."]
    assert havre("--as", "anke", "selfservice", "withdraw", 1, "--json").json == {"withdrawn": 1, "files": 1}
    assert Protected.objects.get().state == State.WITHDRAWN
    assert "withdrawn already" in havre("--as", "anke", "selfservice", "withdraw", 1).stderr
    assert havre("--as", "chiara", "selfservice", "list", "--json").json == []


def test_the_kernel_is_built_by_a_command(havre_without_home: Havre, tmp_path: Path) -> None:
    made = havre_without_home("selfservice", "build", "--into", tmp_path / "out", "--json").json
    assert {name: (tmp_path / "out" / name).read_bytes() for name in made} == {
        name: (SERVED / name).read_bytes() for name in made
    }
