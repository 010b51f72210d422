"""Two units of different countries on one node, from restriction to withdrawal, as people type it."""

from pathlib import Path

from havre.entrypoints.command.others import passed_on
from tests.conftest import Havre
from tests.exposures import NIKON, exposure
from tests.sources import lay

SERIAL = {"BodySerialNumber": "6030741"}
POLICE, POLIZIA, UK = "Police", "Polizia", "NCA"


def two_countries(havre: Havre, folder: Path) -> None:
    """Anke in Belgium with a confirmed series of three pictures; Chiara in Italy and Tom in Britain, with nothing."""
    assert havre("init", "--country", "BE", "--unit", POLICE, "--person", "anke").exit == 0
    assert havre("--as", "anke", "unit", "add", POLIZIA, "--country", "IT", "--person", "chiara").exit == 0
    assert havre("--as", "anke", "unit", "add", UK, "--country", "GB", "--person", "tom").exit == 0
    lay(folder, {f"IMG_041{at}.JPG": exposure(at, NIKON, SERIAL) for at in range(3)})
    take_in(havre, "anke", folder)


def take_in(havre: Havre, person: str, folder: Path) -> None:
    """Somebody takes the same folder into a case of theirs and confirms the series that is proposed."""
    havre("--as", person, "case", "open", f"case of {person}", "--basis", "a warrant")
    taken = havre("--as", person, "intake", f"case of {person}", folder, "--json")
    assert taken.json["found"] == 3, taken.stderr
    assert havre("--as", person, "series", "confirm", "S1").exit == 0


def opened_to(havre: Havre, *countries: str) -> None:
    """Belgium opens its series."""
    named = [word for country in countries for word in ("--country", country)]
    said = havre("--as", "anke", "restrict", "set", "series", "S1", "--level", "open", *named, "--json")
    assert said.exit == 0, said.stderr


def elsewhere(havre: Havre, person: str) -> list[dict[str, object]]:
    """What a check says to this person."""
    found: list[dict[str, object]] = havre("--as", person, "check", "--json").json["elsewhere"]
    return found


def waiting(havre: Havre, person: str) -> list[str]:
    """What waits for this person's unit."""
    return [each["about"] for each in havre("--as", person, "notices", "list", "--json").json]


def identified_twice(havre: Havre, ref: str) -> None:
    """Another country says that its police know the child; whoever reads it is told, until the source corrects."""
    apart = "they do not say the same of who identified the child: BE by Police (BE); IT by Polizia (IT)"
    told = havre("--as", "chiara", "theirs", "identify", ref, "--country", "IT")
    assert "Others say otherwise, and are told: `havre notices list`" in told.stderr
    shows = (("--as", "anke", "series", "show", "S1"), ("--as", "chiara", "theirs", "show", ref))
    assert [apart in havre(*show).stderr for show in shows] == [True, True]
    assert [waiting(havre, name).count("otherwise") for name in ("anke", "chiara")] == [1, 1]
    assert havre("--as", "anke", "series", "identify", "S1", "--pseudonym", "Wren", "--country", "IT").exit == 0
    assert [havre(*show, "--json").json["identified"]["agree"] for show in shows] == [True, True]
    assert elsewhere(havre, "chiara")[0]["identified_by"] == "IT"


def test_from_restriction_to_withdrawal(havre: Havre, tmp_path: Path) -> None:
    two_countries(havre, tmp_path / "seized")
    said = havre("--as", "anke", "restrict", "set", "series", "S1", "--level", "open", "--country", "IT", "--json").json
    assert (said["shared"], said["widened"], said["restriction"]["countries"]) == (4, True, ["IT"])
    assert said["restriction"]["retain_until"] is not None

    take_in(havre, "chiara", tmp_path / "seized")  # the intake itself checks
    assert waiting(havre, "chiara") == ["held"]
    read = havre("--as", "chiara", "notices", "list").stdout
    assert "held elsewhere: Police (BE), as your S1; 3 files, identical, 100 %" in read
    held = elsewhere(havre, "chiara")
    assert [(each["series"], each["by"], each["kind"], each["media"]) for each in held] == [
        ("S1", POLICE, "identical", 3)
    ]
    ref = str(held[0]["reference"])
    assert held[0]["claimed_until"] is None
    assert [each["reference"] for each in havre("--as", "chiara", "theirs", "list", "--json").json] == [ref]
    assert havre("--as", "tom", "theirs", "list").stdout == "Nobody lets your unit see a series, as yet.\n"
    assert f"{ref}  {POLICE}" in havre("--as", "chiara", "theirs", "list").stdout

    assert havre("--as", "anke", "series", "claim", "S1").exit == 0
    assert elsewhere(havre, "chiara")[0]["claimed_until"]
    assert havre("--as", "chiara", "theirs", "comment", ref, "the tiles are of Porto", "--ask").exit == 0
    told = havre("--as", "anke", "series", "show", "S1").stdout
    assert "question by Polizia (IT): text the tiles are of Porto" in told
    (read,) = havre("--as", "anke", "series", "show", "S1", "--json").json["beside"]
    assert (read["kind"], read["unit"]) == ("question", POLIZIA)
    assert "read by Police (BE)" in havre("--as", "chiara", "theirs", "show", ref).stdout
    assert "claimed" in waiting(havre, "chiara")
    late = havre("--as", "chiara", "series", "claim", "S1")
    assert (late.exit, "Police (BE) works on the same as S1" in late.stderr) == (1, True)

    assert havre("--as", "anke", "series", "identify", "S1", "--pseudonym", "Wren", "--country", "BE").exit == 0
    assert "identified" in waiting(havre, "chiara")
    assert elsewhere(havre, "chiara")[0]["identified_by"] == "BE"
    shown = havre("--as", "chiara", "theirs", "show", ref, "--json").json
    assert shown["body"]["life"] == "identified"
    assert "Wren" not in str(shown)

    identified_twice(havre, ref)
    closed = havre("--as", "anke", "restrict", "set", "series", "S1", "--json").json
    assert (closed["widened"], closed["withdrawn"]) == (False, 6)
    assert elsewhere(havre, "chiara") == []
    absent = havre("--as", "chiara", "theirs", "show", "BE-00000000")
    gone = havre("--as", "chiara", "theirs", "show", ref)
    assert (gone.exit, gone.stderr.replace(ref, "")) == (1, absent.stderr.replace("BE-00000000", ""))
    assert waiting(havre, "chiara") == ["withdrawn", "withdrawn"]


def test_a_country_is_alerted_acknowledges_and_identifies(havre: Havre, tmp_path: Path) -> None:
    two_countries(havre, tmp_path / "seized")
    opened_to(havre, "IT", "GB")
    take_in(havre, "chiara", tmp_path / "seized")
    ref = str(elsewhere(havre, "chiara")[0]["reference"])
    clue = havre(
        "--as", "chiara", "theirs", "clue", ref, "red box", "--kind", "sign", "--country", "GB", "--certainty", "sure"
    )
    assert clue.exit == 0, clue.stderr
    alerts = havre("--as", "tom", "notices", "list", "--json").json
    assert [(each["about"], each["told"]["reasons"], each["told"]["reference"]) for each in alerts] == [
        ("country", ["red box"], ref)
    ]
    assert alerts[0]["answer_by"] is not None
    assert havre("--as", "tom", "notices", "read", str(alerts[0]["number"]), "--json").json["read"]
    assert havre("--as", "tom", "theirs", "identify", ref, "--country", "GB", "--safe").exit == 0
    for person in ("anke", "chiara"):
        assert "identified" in waiting(havre, person)
        listed = havre("--as", person, "series", "show", "--json").json
        assert [each["series"] for each in listed] == ["S1"]
    assert waiting(havre, "tom") == []


def test_what_is_not_ours_is_passed_on(havre: Havre, tmp_path: Path) -> None:
    two_countries(havre, tmp_path / "seized")
    opened_to(havre, "IT", "GB")
    take_in(havre, "chiara", tmp_path / "seized")
    ref = str(elsewhere(havre, "chiara")[0]["reference"])
    havre("--as", "chiara", "theirs", "clue", ref, "red box", "--country", "GB", "--certainty", "sure")
    number = str(havre("--as", "tom", "notices", "list", "--json").json[0]["number"])
    nowhere = havre("--as", "tom", "notices", "not-ours", number, "--because", "no such box", "--to", "FR")
    assert (nowhere.exit, "nobody in FR may know" in nowhere.stderr) == (1, True)
    passed = havre("--as", "tom", "notices", "not-ours", number, "--because", "no such box", "--to", "IT", "--json")
    assert (passed.exit, passed.json["closed"], passed.json["answer"]) == (0, True, "no such box")
    assert passed.json["passed_on_to"] == ["IT"]
    assert "country" in waiting(havre, "chiara")
    assert "comment" in waiting(havre, "anke")


def test_whom_it_went_on_to_is_said_as_it_is() -> None:
    assert passed_on("", 0) == "Its source is told."
    assert passed_on("IT", 1) == "Its source is told. Units of IT on this node that are alerted: 1."
    assert passed_on("FR", 0).endswith("nobody of FR is on this node, so nobody is alerted.")


def test_nobody_learns_anything_of_what_is_closed(havre: Havre, tmp_path: Path) -> None:
    two_countries(havre, tmp_path / "seized")
    take_in(havre, "chiara", tmp_path / "seized")
    assert (elsewhere(havre, "chiara"), waiting(havre, "chiara")) == ([], [])
    opened_to(havre, "GB")
    assert (elsewhere(havre, "chiara"), waiting(havre, "chiara")) == ([], [])
    hit = ("restrict", "set", "series", "S1", "--level", "hit", "--country", "IT", "--json")
    assert havre("--as", "anke", *hit).exit == 0
    found = elsewhere(havre, "chiara")
    assert [(each["by"], each["level"], each["reference"], each["life"]) for each in found] == [
        (POLICE, "hit", "", None)
    ]
