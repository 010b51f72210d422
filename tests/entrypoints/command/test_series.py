"""`havre series` as people type it: calm sentences, JSON alone on standard output, nothing of other units."""

from pathlib import Path

from tests.conftest import Havre
from tests.exposures import NIKON, exposure
from tests.sources import lay

SERIAL = {"BodySerialNumber": "6030741"}


def begun(havre: Havre, folder: Path) -> None:
    """Anke in Belgium, who took in three pictures of one camera and one of another; Chiara in Italy."""
    assert havre("init", "--country", "BE", "--unit", "Police", "--person", "anke").exit == 0
    assert havre("--as", "anke", "unit", "add", "Polizia", "--country", "IT", "--person", "chiara").exit == 0
    files = {f"IMG_041{at}.JPG": exposure(at, NIKON, SERIAL) for at in range(3)}
    lay(folder, files | {"other.jpg": exposure(9, NIKON, BodySerialNumber="6030742")})
    havre("--as", "anke", "case", "open", "2026-17", "--basis", "a warrant")
    assert "No series is proposed" in havre("--as", "anke", "series", "show").stdout
    taken = havre("--as", "anke", "intake", "2026-17", folder, "--json").json
    assert (taken["new"], taken["series"]) == (4, 1)


def test_from_an_intake_to_a_confirmed_series(havre: Havre, tmp_path: Path) -> None:
    begun(havre, tmp_path / "seized")
    assert "No series changed" in havre("--as", "anke", "series", "propose").stdout
    assert "1 wait for your word" in havre("--as", "anke", "series", "propose", "--anew").stdout

    listed = havre("--as", "anke", "series", "show")
    assert (listed.exit, "camera serial 6030741 in both" in listed.stdout) == (0, True)
    told = havre("--as", "anke", "series", "show", "S1", "--json").json
    names = [Path(member["path"]).name for member in told["members"]]
    assert names == ["IMG_0410.JPG", "IMG_0411.JPG", "IMG_0412.JPG"]
    assert {link["sentence"] for link in told["links"]} == {"camera serial 6030741 in both; 3 of 4 media carry it"}

    page = havre("--as", "anke", "series", "show", "S1", "--links", 1).stdout
    first = told["members"][0]["sha256"]
    assert f"IMG_0410.JPG ({first[:8]}) and " in page
    for part in (first[:12], "2026-17", "3 media", "and 2 more", "by accident", "havre series confirm S1"):
        assert part in page

    said = havre("--as", "anke", "--reason", "same room", "series", "confirm", "S1", "--json").json
    assert said == {"series": "S1", "status": "confirmed", "media": 3, "already": False, "others": []}
    assert "was said of S1 before" in havre("--as", "anke", "series", "confirm", "S1").stdout
    assert "Series S1: confirmed by anke on" in havre("--as", "anke", "series", "show", "S1").stdout
    assert "the word on 1 media is kept" in havre("--as", "anke", "series", "split", "S1", first[:10]).stdout
    rejected = havre("--as", "anke", "series", "reject", "S1", "--reason", "two rooms", "--json").json
    assert (rejected["status"], havre("--as", "anke", "series", "show", "--json").json) == ("rejected", [])
    assert havre("--as", "anke", "series", "show", "--all", "--json").json[0]["status"] == "rejected"
    again = havre("--as", "anke", "series", "confirm", "S1")
    assert (again.exit, "S1 was rejected by anke" in again.stderr) == (1, True)


def test_another_unit_gets_the_same_words_as_if_nothing_were_there(havre: Havre, tmp_path: Path) -> None:
    begun(havre, tmp_path / "seized")
    assert havre("--as", "chiara", "series", "show", "--all", "--json").json == []
    assert havre("--as", "chiara", "series", "propose", "--json").json["media"] == 0
    for words in (("show",), ("confirm",), ("reject",), ("split",)):
        more = ("abcd",) if words == ("split",) else ()
        theirs = havre("--as", "chiara", "series", *words, "S1", *more)
        absent = havre("--as", "chiara", "series", *words, "S7", *more)
        assert (theirs.exit, theirs.stdout) == (absent.exit, absent.stdout) == (1, "")
        assert theirs.stderr == absent.stderr.replace("S7", "S1")
    assert len(havre("--as", "anke", "series", "show", "--json").json) == 1
