"""`havre feed import`: a file's answer, a list behind the proxy, and what is wrong with either."""

from pathlib import Path

from havre.hashlists import hma, ncmec
from tests.conftest import Havre
from tests.entrypoints.command.test_known import begun
from tests.hashlists.sharing import several
from tests.simulators.egress import HOST, web

MEMBER = ncmec.Member(1, "x")


def test_what_a_list_says_is_known_and_what_it_takes_back_is_not(havre: Havre, tmp_path: Path) -> None:
    begun(havre)
    listed, answer = several(5), tmp_path / "answer.xml"
    answer.write_bytes(ncmec.entries(listed, {}, MEMBER, listed.settled).body)
    words = ("--as", "anke", "feed", "import", answer, "--format", "ncmec", "--source", "theirs")
    told = havre(*words, "--json")
    assert (told.exit, told.json["read"], told.json["added"]) == (0, 5, 5)
    listed.change(3, retracted=True)
    answer.write_bytes(ncmec.entries(listed, {}, MEMBER, listed.settled).body)
    said = havre(*words)
    assert "1  withdrawn" in said.stdout
    assert "4  repeated" in said.stdout
    (source,) = havre("--as", "anke", "known", "list", "--json").json
    assert (source["path"], source["format"], source["entries"], source["state"]) == (
        "theirs",
        "told-ncmec",
        4,
        "known",
    )

    for what, kind, why in (
        (tmp_path / "nothing", "ncmec", "can't be read"),
        (answer, "vics", "is one of"),
        (answer, "hma", "no JSON"),
        ("https://lists.example/x", "hma", "HAVRE_EGRESS"),
    ):
        done = havre("--as", "anke", "feed", "import", what, "--format", kind, "--source", "other")
        assert done.exit != 0
        assert why in done.stderr


def test_a_list_is_asked_through_the_proxy(havre: Havre, tmp_path: Path) -> None:
    begun(havre)
    (tmp_path / "token").write_text("secret\n")
    with web(tmp_path) as there:
        there.pages["/bank?limit=1000"] = (200, {}, hma.bank(several(4), {}).body)
        egress = {
            "HAVRE_EGRESS": f"http://{there.egress.host}:{there.egress.port}?authorities={there.egress.authorities}"
        }
        words = ("--as", "anke", "feed", "import", f"https://{HOST}/bank", "--format", "hma", "--source", "theirs")
        done = havre(*words, "--token-file", tmp_path / "token", "--json", **egress)
        assert (done.exit, done.json["added"]) == (0, 4), done.stderr
        assert there.asked == [f"{HOST} /bank?limit=1000"]
