"""`havre hotline challenges|challenge|decide` and `havre notices mail`."""

from pathlib import Path

from havre.settings import Settings
from havre.units.queries import person_named
from tests.cast import node
from tests.conftest import Havre
from tests.notices.test_reading_mail import mail
from tests.platforms.written import contact, notice


def test_a_challenge_is_written_down_read_and_decided(database: Settings, havre: Havre) -> None:
    with node(database):
        about = notice(person_named("anke"), contact(person_named("anke")))
    words = ("--about", about.reference, "--text", "it is my child", "--json")
    made = havre("--as", "anke", "hotline", "challenge", *words).json
    assert (made["challenge"], made["against"], len(made["receipt"])) == (1, "notice", 29)
    assert havre("--as", "bram", "hotline", "challenge", "--read", 1, "--json").json["says"] == "it is my child"
    assert "had a part" in havre("--as", "anke", "hotline", "decide", 1, "--wrong", "--because", "x").stderr
    decided = havre("--as", "bram", "hotline", "decide", 1, "--wrong", "--because", "It is no abuse.", "--json").json
    assert (decided["state"], decided["decided_by"]) == ("wrong", "bram")
    assert havre("--as", "bram", "hotline", "challenges", "--json").json == []
    assert len(havre("--as", "bram", "hotline", "challenges", "--all", "--json").json) == 1


def test_mail_is_read_from_a_file_and_placed_by_hand(database: Settings, havre: Havre, tmp_path: Path) -> None:
    with node(database):
        about = notice(person_named("anke"), contact(person_named("anke")))
    for name, raw in (("a", mail("gone", Subject=about.reference)), ("b", mail("cheap \x1b[2J watches"))):
        (tmp_path / f"{name}.eml").write_bytes(raw)
    read = havre("--as", "anke", "notices", "mail", tmp_path, "--json").json
    assert read == {"placed": 1, "waiting": 1, "before": 0, "trouble": 0}
    (waits,) = havre("--as", "anke", "notices", "mail", "--waiting", "--json").json
    assert "\x1b" not in waits["text"]
    placed = havre("--as", "anke", "notices", "mail", "--place", waits["mail"], "--to", about.reference, "--json").json
    assert placed["placed"] == about.reference
    assert "HAVRE_IMAP" in havre("--as", "anke", "notices", "mail", "--imap").stderr
