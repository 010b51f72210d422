"""Settings are read once and refuse at the door."""

from pathlib import Path

import pytest

from havre.errors import Invalid
from havre.settings import Egress, Imap, Mail, Provider, Settings, read_front, read_platform, read_settings


def test_the_home_given_wins_over_the_environment() -> None:
    assert read_settings({"HAVRE_HOME": "/srv/one"}, Path("/srv/two")).home == Path("/srv/two")
    assert read_settings({"HAVRE_HOME": "/srv/one"}).home == Path("/srv/one")


def test_a_home_is_named_as_it_was_given() -> None:
    assert read_settings({"HAVRE_HOME": "nodes/here"}).home == Path("nodes/here")


@pytest.mark.parametrize("environ", [{}, {"HAVRE_HOME": ""}])
def test_no_home_is_refused_with_what_to_do(environ: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="give --home DIR or set HAVRE_HOME"):
        read_settings(environ)


def test_every_choice_is_read() -> None:
    environ = {"HAVRE_HOME": "/srv/h", "HAVRE_DATABASE": "postgresql:///x", "HAVRE_KEY_COMMAND": "keys --all"}
    assert read_settings(environ) == Settings(Path("/srv/h"), "postgresql:///x", "keys --all")


def test_a_time_zone_is_one_that_there_is() -> None:
    def zone(text: str) -> str:
        return read_settings({"HAVRE_HOME": "/srv/h", "HAVRE_TIME_ZONE": text}).zone

    assert (zone(""), zone("UTC"), zone("Europe/Brussels")) == ("UTC", "UTC", "Europe/Brussels")
    assert read_settings({"HAVRE_HOME": "/srv/h"}).zone == "UTC"
    for wrong in ("Brussels", "CET", "localtime", "../../etc/localtime", "Europe", "europe/brussels"):
        with pytest.raises(Invalid, match="HAVRE_TIME_ZONE is UTC or a time zone such as Europe/Brussels"):
            zone(wrong)


def test_everything_of_a_home_lies_in_it() -> None:
    settings = Settings(home=Path("/srv/home"))
    places = [settings.keys, settings.store, settings.index, settings.seen, settings.policies]
    assert [place.parent for place in places] == [settings.home] * 5
    assert len(set(places)) == 5


@pytest.mark.parametrize("origin", ["http://havre.example", "havre.example", "https://", "https://havre.example/desk"])
def test_an_origin_is_an_https_address_without_a_path(origin: str) -> None:
    with pytest.raises(Invalid, match="HAVRE_ORIGIN is an address such as"):
        read_settings({"HAVRE_HOME": "/nowhere", "HAVRE_ORIGIN": origin})


OIDC = {
    "HAVRE_OIDC_SERVER": "https://id.example",
    "HAVRE_OIDC_CLIENT": "havre",
    "HAVRE_OIDC_SECRET": "s",
    "HAVRE_OIDC_UNIT": "Federal Police",
}


def test_an_identity_provider_is_read_whole_or_refused() -> None:
    read = read_settings({"HAVRE_HOME": "/nowhere", **OIDC}).provider
    assert read == Provider("https://id.example", "havre", "s", "Federal Police", "Federal Police")
    assert read_settings({"HAVRE_HOME": "/nowhere"}).provider is None
    for name in OIDC:
        with pytest.raises(Invalid, match=f"set {name} too"):
            read_settings({"HAVRE_HOME": "/nowhere", **OIDC, name: ""})
    with pytest.raises(Invalid, match="must be an https"):
        read_settings({"HAVRE_HOME": "/nowhere", **OIDC, "HAVRE_OIDC_SERVER": "http://id.example"})


def test_folders_that_pages_may_take_in_are_whole_paths() -> None:
    assert read_settings({"HAVRE_HOME": "/srv", "HAVRE_SOURCES": "/a b:/c:"}).sources == (Path("/a b"), Path("/c"))
    assert read_settings({"HAVRE_HOME": "/srv"}).sources == ()
    with pytest.raises(Invalid, match="whole paths"):
        read_settings({"HAVRE_HOME": "/srv", "HAVRE_SOURCES": "/a:b"})


def test_a_mailbox_is_read_or_refused_and_its_password_is_not_shown() -> None:
    def imap(text: str) -> Imap | None:
        return read_settings({"HAVRE_HOME": "/x", "HAVRE_IMAP": text}).imap

    assert imap("") is None
    found = imap("imaps://u%40x:p%2Fw@mail.example/Answers%20in")
    assert found == Imap("mail.example", 993, True, "Answers in", "u@x", "p/w")
    assert "p/w" not in repr(found)
    named = imap("imaps://u:p@mail.example?unit=The%20hotline")
    assert named is not None
    assert (named.folder, named.unit) == ("INBOX", "The hotline")
    assert imap("imap://u:p@127.0.0.1:1143") == Imap("127.0.0.1", 1143, False, "INBOX", "u", "p")
    assert imap("imap://u:p@[::1]") == Imap("::1", 143, False, "INBOX", "u", "p")
    for wrong in (
        *("imap://u:p@mail.example", "imaps://mail.example/INBOX", "smtp://u:p@mail.example", "imaps://u:p@"),
        *("imaps://u:p@h:x", "imaps://u:p@h/a%0D%0Ab", "imaps://u:p%0A@h", "imaps://u:p@h/%C3%A9", "u:p@h"),
    ):
        with pytest.raises(Invalid, match="HAVRE_IMAP"):
            imap(wrong)


def test_a_server_for_mail_is_read_or_refused() -> None:
    def mail(text: str) -> Mail | None:
        return read_settings({"HAVRE_HOME": "/x", "HAVRE_MAIL": text}).mail

    assert mail("") is None
    assert mail("smtps://u:p%40@mail.example?from=h@unit.example") == Mail(
        "mail.example", 465, True, "h@unit.example", "u", "p@"
    )
    assert mail("smtp://127.0.0.1:2525") == Mail("127.0.0.1", 2525, False, "havre@127.0.0.1")
    for wrong in (
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://h:x",
        "smtp://h?from=a%0Ab@c",
        "smtp://h?from=x",
    ):
        with pytest.raises(Invalid):
            mail(wrong)


def test_a_proxy_to_the_outside_is_read_or_refused() -> None:
    assert read_settings({"HAVRE_HOME": "/nowhere"}).egress is None
    asked = {"HAVRE_HOME": "/nowhere", "HAVRE_EGRESS": "http://proxy.example:3128?authorities=/srv/ca.pem"}
    assert read_settings(asked).egress == Egress("proxy.example", 3128, "/srv/ca.pem")
    for wrong in (
        "proxy",
        "https://proxy.example:1",
        "http://proxy.example",
        "http://a:b@proxy.example:1",
        "http://x:0",
    ):
        with pytest.raises(Invalid, match="HAVRE_EGRESS is the address of a proxy"):
            read_settings({"HAVRE_HOME": "/nowhere", "HAVRE_EGRESS": wrong})


def test_the_public_process_is_told_of_a_database_and_of_the_names_under_which_it_is_reached() -> None:
    environ = {
        "HAVRE_DATABASE": "postgresql:///x",
        "HAVRE_PUBLIC_ORIGINS": "https://report.example/ http://abc.onion",
        "HAVRE_PUBLIC_UNIT": "Child Line",
        "HAVRE_HELPLINES": "/srv/lines.json",
    }
    front = read_front(environ)
    assert (front.origins, front.unit, front.database) == (
        ("https://report.example", "http://abc.onion"),
        "Child Line",
        "postgresql:///x",
    )
    assert front.helplines == Path("/srv/lines.json")
    assert read_front({"HAVRE_HOME": "/srv/h"}).sqlite == Path("/srv/h/havre.sqlite3")
    assert read_front({}, Path("/srv/i")).sqlite == Path("/srv/i/havre.sqlite3")


@pytest.mark.parametrize(
    "origin", ["http://report.example", "report.example", "https://a.example/path", "ftp://a.onion"]
)
def test_the_public_is_reached_over_tls_or_tor_alone(origin: str) -> None:
    with pytest.raises(Invalid, match="HAVRE_PUBLIC_ORIGINS names addresses"):
        read_front({"HAVRE_HOME": "/srv/h", "HAVRE_PUBLIC_ORIGINS": origin})


def test_the_public_process_needs_a_database_and_whole_paths() -> None:
    with pytest.raises(Invalid, match="no database was named"):
        read_front({})
    with pytest.raises(Invalid, match="HAVRE_HELPLINES"):
        read_front({"HAVRE_HOME": "/srv/h", "HAVRE_HELPLINES": "lines.json"})


def test_what_subscribers_of_lists_reach_is_told_its_database_and_folder_alone() -> None:
    front = read_platform({"HAVRE_HOME": "/srv/h", "HAVRE_PLATFORM_ORIGINS": "https://lists.example"})
    assert (front.sqlite, front.feeds) == (Path("/srv/h/havre.sqlite3"), Path("/srv/h/feeds"))
    assert front.origins == ("https://lists.example",)
    assert read_platform({"HAVRE_DATABASE": "postgresql:///x", "HAVRE_FEEDS": "/srv/f"}).feeds == Path("/srv/f")
    assert not front.tokens_in_addresses
    assert read_platform({"HAVRE_HOME": "/srv/h", "HAVRE_GRAPH_TOKENS": "1"}).tokens_in_addresses
    unclear = {"HAVRE_HOME": "/srv/h", "HAVRE_GRAPH_TOKENS": "yes"}
    for wrong in ({"HAVRE_DATABASE": "postgresql:///x"}, {"HAVRE_HOME": "/h", "HAVRE_FEEDS": "f"}, {}, unclear):
        with pytest.raises(Invalid):
            read_platform(wrong)
