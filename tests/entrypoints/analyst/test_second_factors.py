"""How a person signs in: nothing opens before a second factor is there, and nobody touches another's."""

import re

from allauth.mfa.models import Authenticator
from django.test import Client

from havre.entrypoints.analyst.second_factors import SECRET
from havre.flows.sealed_text import open_text
from havre.settings import Settings
from havre.units.models import Person
from tests.cast import Node, node
from tests.proving import PASSWORD, code, knock, known, outside
from tests.web import visiting

LED = "/settings/sign-in"


def _with_password(here: Node) -> Client:
    here.bram.person.set_password(PASSWORD)
    here.bram.person.save()
    client = outside(here)
    assert knock(client, "bram", PASSWORD) == 302
    return client


def _set_up_app(client: Client) -> str:
    secret = re.search(r'class="secret">([A-Z2-7]+)<', client.get("/settings/app").text)
    assert secret
    assert client.post("/settings/app", {"code": code(secret[1])}).status_code == 302
    return secret[1]


def test_whoever_has_only_a_password_is_led_to_a_second_factor(database: Settings) -> None:
    with node(database) as here:
        client = _with_password(here)
        for page in ("/desk", "/settings", "/settings/sessions", "/settings/password", "/settings/codes", "/people"):
            assert client.get(page).headers["Location"] == LED, page
        answer = client.get(LED)
        assert "One step more" in answer.text
        assert 'class="rail"' not in answer.text


def test_an_app_is_set_up_with_a_code_and_recovery_codes_are_shown_once(database: Settings) -> None:
    with node(database) as here:
        client = _with_password(here)
        assert client.get("/settings/app").text.count("data:image/svg+xml;base64,") == 1
        assert client.post("/settings/app", {"code": "000000"}).status_code == 400
        secret = _set_up_app(client)
        assert secret not in str(client.session.get(SECRET))
        kept = Authenticator.objects.get(user=here.bram.person, type="totp").data["secret"]
        assert secret not in kept
        assert open_text(here.home, kept) == secret
        codes = re.findall(r"<li><code>(\w+)</code>", client.get("/settings/codes").text)
        assert len(set(codes)) == 10
        seed = Authenticator.objects.get(user=here.bram.person, type="recovery_codes").data["seed"]
        assert len(open_text(here.home, seed)) == 80
        assert client.get("/settings/codes").headers["Location"] == LED
        assert client.get("/desk").status_code == 200
        assert codes[0] not in client.get(LED).text
        client.post("/settings/codes")
        assert codes[0] not in client.get("/settings/codes").text


def test_the_secret_of_an_app_being_set_up_lies_sealed_in_the_session(database: Settings) -> None:
    with node(database) as here:
        client = _with_password(here)
        secret = re.search(r'class="secret">([A-Z2-7]+)<', client.get("/settings/app").text)
        assert secret
        assert secret[1] not in client.session[SECRET]
        assert open_text(here.home, client.session[SECRET]) == secret[1]


def test_an_older_session_with_a_password_alone_adds_nothing(database: Settings) -> None:
    with node(database) as here:
        first, second = _with_password(here), outside(here)
        knock(second, "bram", PASSWORD)
        _set_up_app(first)
        for page in ("/settings/app", "/settings/passkey"):
            answer = second.post(page, {"code": "000000", "credential": "{}"})
            assert answer.status_code == 400
            assert "Sign out, and sign in with the second factor that you have." in answer.text
        assert Authenticator.objects.filter(user=here.bram.person, type="totp").count() == 1


def test_nobody_removes_anothers_factor_or_their_own_last(database: Settings) -> None:
    with node(database) as here:
        for person in (here.bram.person, here.anke.person):
            known(here, person)
        client = visiting(here, Person.objects.get(name="bram"))
        anke, bram = (Authenticator.objects.get(user__name=name, type="totp").pk for name in ("anke", "bram"))
        codes = Authenticator.objects.get(user__name="bram", type="recovery_codes").pk
        for number, status in ((anke, 404), (codes, 404), (10**9, 404), (bram, 400)):
            assert client.post(f"/settings/sign-in/{number}/remove").status_code == status
        assert Authenticator.objects.count() == 4
        Authenticator.objects.create(user=here.bram.person, type="webauthn", data={"name": "old", "credential": {}})
        assert client.post(f"/settings/sign-in/{bram}/remove").status_code == 302
        assert not Authenticator.objects.filter(pk=bram).exists()


def test_a_password_is_long_and_not_everybodys(database: Settings) -> None:
    with node(database) as here:
        known(here, here.bram.person)
        client = visiting(here, Person.objects.get(name="bram"))
        for short in ("eleven char", "password1234", "qwertyuiop123"):
            answer = client.post("/settings/password", {"password": short, "password_again": short})
            assert answer.status_code == 400, short
            assert short not in answer.text
        assert client.post("/settings/password", {"password": PASSWORD, "password_again": "x"}).status_code == 400
        other = visiting(here, Person.objects.get(name="bram"))
        assert client.post("/settings/password", {"password": PASSWORD, "password_again": PASSWORD}).status_code == 302
        kept = Person.objects.get(name="bram")
        assert kept.check_password(PASSWORD)
        assert kept.password.startswith("argon2$argon2id$")
        assert client.get("/desk").status_code == 200
        assert other.get("/desk").status_code == 302


def test_recovery_codes_go_with_a_password(database: Settings) -> None:
    with node(database) as here:
        assert visiting(here, here.bram.person).post("/settings/codes").status_code == 400
