"""`havre search` as people type it."""

from pathlib import Path

from tests.conftest import Havre
from tests.folders import digests, folder, scene, turned


def test_a_search_answers_a_json_list_nearest_first(havre: Havre, tmp_path: Path) -> None:
    havre("init", "--country", "BE", "--unit", "Police", "--person", "anke")
    judged = folder(tmp_path / "judged", a=scene(1), b=scene(2))
    asked = folder(tmp_path / "asked", a=turned(scene(1)))
    havre("known", "add", judged, "--label", "us-abuse")

    (found,) = havre("search", asked / "a.png", "--json").json
    assert found["sha256"] == digests(judged / "a.png")["sha256"]
    assert {name: found[name] for name in ("path", "label", "kind", "orientation")} == {
        "path": f"{judged}/a.png",
        "label": "us-abuse",
        "kind": "near",
        "orientation": "mirrored",
    }
    (equal,) = havre("search", digests(judged / "b.png")["sha1"], "--json").json
    assert (equal["kind"], equal["distance"]) == ("identical", 0)
    wide = havre("search", asked / "a.png", "--radius", 256, "--json").json
    assert [one["distance"] for one in wide] == sorted(one["distance"] for one in wide)
    assert len(wide) == 2


def test_what_is_neither_file_nor_fingerprint_is_explained_and_exits_with_1(havre: Havre) -> None:
    havre("init", "--country", "BE", "--unit", "Police", "--person", "anke")
    assert havre("search", "ab" * 32, "--radius", "999").exit == 2
    for words in (("search", "nonsense"),):
        answer = havre(*words, "--json")
        assert (answer.exit, answer.stdout) == (1, "")
        assert answer.stderr.strip()


def test_another_unit_finds_nothing(havre: Havre, tmp_path: Path) -> None:
    havre("init", "--country", "BE", "--unit", "Police", "--person", "anke")
    havre("unit", "add", "Polizia", "--country", "IT", "--person", "chiara")
    judged = folder(tmp_path / "judged", a=scene(1))
    havre("--as", "anke", "known", "add", judged, "--label", "pertinent")

    assert len(havre("--as", "anke", "search", judged / "a.png", "--json").json) == 1
    assert havre("--as", "chiara", "search", judged / "a.png", "--radius", 256, "--json").json == []
