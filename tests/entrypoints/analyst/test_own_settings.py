"""Settings: looks, language, sessions."""

from dataclasses import replace

import pytest
from allauth.usersessions.models import UserSession

from havre.entrypoints.analyst.own_settings import browser_said
from havre.settings import Mail, Settings
from havre.units.queries import preference_of
from tests.cast import node
from tests.web import visiting


def test_a_theme_is_kept_and_used(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, here.bram.person)
        assert 'data-theme="system"' in client.get("/settings").text
        assert client.post("/settings/theme", {"theme": "dark"}).status_code == 302
        assert 'data-theme="dark"' in client.get("/desk").text
        assert preference_of(here.bram.person).theme == "dark"
        assert client.post("/settings/theme", {"theme": '"><script>'}).status_code == 400


def test_a_time_zone_is_kept_and_times_are_told_in_it(database: Settings) -> None:
    with node(replace(database, zone="Asia/Tokyo")) as here:
        client, other = visiting(here, here.bram.person), visiting(here, here.chiara.person)
        page = client.get("/settings").text
        assert ("As this node: Asia/Tokyo" in page, "Times: Asia/Tokyo (UTC+9)" in page) == (True, True)
        assert ('<optgroup label="Europe">' in page, '<option value="localtime"' in page) == (True, False)
        assert client.post("/settings/zone", {"zone": "America/Argentina/Buenos_Aires"}).status_code == 302
        page = client.get("/settings").text
        assert '<option value="America/Argentina/Buenos_Aires" selected>Argentina / Buenos Aires</option>' in page
        assert "Times: America/Argentina/Buenos_Aires (UTC−3)" in page
        assert "Times: Asia/Tokyo (UTC+9)" in other.get("/settings").text
        wrong = client.post("/settings/zone", {"zone": "Nowhere"})
        assert (wrong.status_code, "A time zone is UTC or one of a place" in wrong.text) == (400, True)
        client.post("/settings/zone", {"zone": "UTC"})
        page = client.get("/settings").text
        assert ('<option value="UTC" selected>' in page, "Times: UTC</p>" in page) == (True, True)
        client.post("/settings/zone", {"zone": ""})
        assert "Times: Asia/Tokyo (UTC+9)" in client.get("/settings").text


def test_a_mail_address_that_was_typed_is_shown(database: Settings) -> None:
    with node(replace(database, mail=Mail("mail.example", 465, tls=True, sender="havre@unit.example"))) as here:
        client = visiting(here, here.bram.person)
        client.post("/settings/mail", {"address": "bram@unit.example"})
        page = client.get("/settings").text
        assert ('value="bram@unit.example"' in page, "no server for mail" in page) == (True, False)


def test_a_language_is_kept_for_the_person_and_used_in_the_browser(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, here.bram.person)
        answer = client.post("/language", {"language": "nl", "next": "/settings"})
        assert answer.headers["Location"] == "/settings"
        assert '<html lang="nl"' in client.get("/settings").text
        assert preference_of(here.bram.person).language == "nl"
        assert client.post("/language", {"language": "xx", "next": "https://evil.example/"}).headers["Location"] == "/"
        assert preference_of(here.bram.person).language == "nl"


def test_a_session_is_listed_and_ended_elsewhere(database: Settings) -> None:
    with node(database) as here:
        mine, other, hers = (visiting(here, who.person) for who in (here.bram, here.bram, here.chiara))
        page = mine.get("/settings/sessions").text
        assert page.count("this one") == 1
        assert page.count('name="session"') == 1
        ending = UserSession.objects.get(session_key=other.session.session_key)
        assert mine.post("/settings/sessions/end", {"session": ending.pk}).status_code == 302
        assert other.get("/desk").status_code == 302
        assert mine.get("/desk").status_code == 200
        foreign = UserSession.objects.get(session_key=hers.session.session_key)
        for number in (foreign.pk, 10**9, "x"):
            assert mine.post("/settings/sessions/end", {"session": number}).status_code in (302, 404)
        assert hers.get("/desk").status_code == 200


def test_all_others_end_at_once(database: Settings) -> None:
    with node(database) as here:
        mine, other, third = (visiting(here, here.bram.person) for _ in range(3))
        assert mine.get("/settings/sessions/end").status_code == 302
        assert other.get("/desk").status_code == 200
        mine.post("/settings/sessions/end")
        assert [each.get("/desk").status_code for each in (mine, other, third)] == [200, 302, 302]


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0", "Firefox, Android"),
        ("curl/8", ""),
    ],
)  # fmt: skip
def test_a_browser_is_told_as_people_know_it(agent: str, said: str) -> None:
    assert browser_said(agent) == said
