"""Signing in: a password and a code, a recovery code; what is said where it fails."""

import json

import pytest

from havre.audit.models import Entry
from havre.settings import Settings
from tests.cast import node
from tests.proving import PASSWORD, code, knock, known, outside, sign_in
from tests.web import visiting


def test_the_first_page_offers_passkey_and_password_in_three_languages(database: Settings) -> None:
    with node(database) as here:
        words = {"en": "Sign in", "fr": "Se connecter", "nl": "Aanmelden"}
        for language, title in words.items():
            answer = outside(here).get("/", headers={"Accept-Language": language})
            assert answer.status_code == 200
            assert f"<h1>{title}</h1>" in answer.text
            for part in ('data-passkey="get"', 'name="login"', 'type="password"', 'lang="nl"'):
                assert part in answer.text
        assert "Sign in with" not in outside(here).get("/").text


def test_password_and_code_open_the_desk_and_the_log_keeps_it(database: Settings) -> None:
    with node(database) as here:
        shown, client = known(here, here.bram.person), outside(here)
        assert knock(client, "bram", shown.password) == 302
        assert client.get("/desk").status_code == 302, "a password alone opens nothing"
        assert client.get("/sign-in/second").status_code == 200
        assert client.post("/sign-in/second", {"code": "000000"}).status_code == 200
        assert client.post("/sign-in/second", {"code": code(shown.totp_secret)}).headers["Location"] == "/desk"
        entry = json.loads(Entry.objects.order_by("-index")[0].detail)
        assert entry == {"act": "signed in", "with": ["password", "code"], "address": "127.0.0.1"}
        assert client.get("/desk").status_code == 200


def test_a_recovery_code_passes_once(database: Settings) -> None:
    with node(database) as here:
        shown = known(here, here.bram.person)
        for expected in (302, 200):
            client = outside(here)
            knock(client, "bram", shown.password)
            assert client.post("/sign-in/second", {"code": shown.recovery_codes[3]}).status_code == expected


@pytest.mark.parametrize(
    ("name", "password"), [("bram", "mistaken"), ("nobody", "mistaken"), ("chiara", PASSWORD), ("", "")]
)
def test_every_failure_reads_the_same(database: Settings, name: str, password: str) -> None:
    with node(database) as here:
        known(here, here.bram.person)
        answer = outside(here).post("/", {"login": name, "password": password})
        assert answer.status_code == 200
        if name:
            assert "Name or password is wrong." in answer.text
            assert f'value="{name}"' in answer.text, "what was typed is kept"
        assert password not in answer.text or not password


def test_whoever_left_reads_the_same(database: Settings) -> None:
    with node(database) as here:
        shown = known(here, here.bram.person)
        here.bram.person.refresh_from_db()
        here.bram.person.left_at = here.bram.now()
        here.bram.person.save()
        answer = outside(here).post("/", {"login": "bram", "password": shown.password})
        assert "Name or password is wrong." in answer.text


def test_signing_in_leads_to_where_one_wanted_to_go_on_this_host_alone(database: Settings) -> None:
    with node(database) as here:
        shown = known(here, here.bram.person)
        for number, (wanted, led) in enumerate(
            {
                "/settings": "/settings",
                "https://evil.example/": "/desk",
                "//evil.example": "/desk",
                "/\\evil.example": "/desk",
                "http://localhost:9/": "/desk",
                "javascript:alert(1)": "/desk",
            }.items()
        ):
            client = outside(here)
            knock(client, "bram", shown.password, next=wanted)
            answer = client.post("/sign-in/second", {"code": shown.recovery_codes[number]})
            assert answer.headers["Location"] == led, wanted


def test_signing_out_ends_the_session_and_is_never_a_link(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, here.bram.person)
        assert client.get("/sign-out").status_code == 405
        assert client.get("/desk").status_code == 200
        assert client.post("/sign-out").headers["Location"] == "/"
        assert client.get("/desk").status_code == 302
        assert json.loads(Entry.objects.order_by("-index")[0].detail) == {"act": "signed out"}


def test_the_session_has_a_new_key_after_signing_in(database: Settings) -> None:
    with node(database) as here:
        shown, client = known(here, here.bram.person), outside(here)
        client.get("/sign-in/passkey", headers={"Accept": "application/json"})
        before = client.cookies["havre"].value
        sign_in(client, shown)
        assert client.cookies["havre"].value != before
        assert client.cookies["havre"]["httponly"]
        assert client.cookies["havre"]["samesite"] == "Strict"


def test_passkey_options_name_nobody(database: Settings) -> None:
    with node(database) as here:
        known(here, here.bram.person)
        options = outside(here).get("/sign-in/passkey", headers={"Accept": "application/json"}).json()
        asked = options["request_options"]["publicKey"]
        assert asked["userVerification"] == "required"
        assert not asked.get("allowCredentials")


def test_a_made_up_passkey_is_refused(database: Settings) -> None:
    with node(database) as here:
        client = outside(here)
        client.get("/sign-in/passkey", headers={"Accept": "application/json"})
        for credential in ("{}", "[]", '{"id":"AA"}', '{"response":{"userHandle":"MQ"}}', "not json"):
            answer = client.post("/sign-in/passkey", {"credential": credential}, follow=True)
            assert "This passkey was not accepted" in answer.text, credential
            assert client.get("/desk").status_code == 302
