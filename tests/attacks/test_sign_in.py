"""Attacks on signing in: guessing, riding on another's browser, another's second factor, old links and codes."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver

from havre.entrypoints.analyst.node import serve
from havre.settings import Settings
from havre.units.models import Attempt, Person
from havre.units.tries import PER_ADDRESS, PER_NAME
from tests.cast import Node, node
from tests.proving import PASSWORD, code, knock, known, link_for, outside, sign_in
from tests.web import visiting

LOCKED = "Too many tries failed."


@pytest.fixture(autouse=True)
def cheaper(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash of a password costs less than in use: what is counted here are tries."""
    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 1)
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 512)


def test_guessing_a_password_ends_after_five_tries_even_with_the_right_one(database: Settings) -> None:
    with node(database) as here:
        shown = known(here, here.bram.person)
        for number in range(PER_NAME):
            answer = outside(here).post("/", {"login": "bram", "password": f"guess {number}"})
            assert LOCKED not in answer.text
        answer = outside(here).post("/", {"login": "bram", "password": shown.password})
        assert LOCKED in answer.text
        assert knock(outside(here), "bram", shown.password) == 200


def test_guessing_names_ends_after_twenty_tries_from_one_address(database: Settings) -> None:
    with node(database) as here:
        for number in range(PER_ADDRESS):
            assert LOCKED not in outside(here).post("/", {"login": f"n{number}", "password": "x"}).text
        assert LOCKED in outside(here).post("/", {"login": "bram", "password": "x"}).text
        elsewhere = outside(here).post("/", {"login": "bram", "password": "x"}, REMOTE_ADDR="192.0.2.9")
        assert LOCKED not in elsewhere.text


def test_a_forwarded_address_is_believed_of_nobody_on_the_loopback(database: Settings) -> None:
    with node(database) as here:
        for number in range(PER_ADDRESS):
            headers = {"X-Forwarded-For": f"192.0.2.{number}"}
            outside(here).post("/", {"login": f"n{number}", "password": "x"}, headers=headers)
        assert set(Attempt.objects.values_list("address", flat=True)) == {"127.0.0.1"}


def test_guessing_codes_ends_after_five_tries(database: Settings) -> None:
    with node(database) as here:
        shown, client = known(here, here.bram.person), outside(here)
        knock(client, "bram", shown.password)
        for number in range(PER_NAME):
            assert client.post("/sign-in/second", {"code": f"{number:06d}"}).status_code == 200
        assert LOCKED in client.post("/sign-in/second", {"code": code(shown.totp_secret)}).text
        assert LOCKED in client.post("/sign-in/second", {"code": shown.recovery_codes[0]}).text
        assert client.get("/desk").status_code == 302


@pytest.mark.parametrize("backend", ["postgresql"])
def test_many_guesses_at_once_are_not_looked_at_all(database: Settings) -> None:
    with node(database) as here:
        known(here, here.bram.person)
        serve(here.home)

        def guess(number: int) -> bool:
            try:
                answer = Client(HTTP_USER_AGENT="x").post("/", {"login": "bram", "password": f"guess {number}"})
                return LOCKED not in answer.text
            finally:
                connection.close()

        with ThreadPoolExecutor(16) as many:
            judged = sum(many.map(guess, range(48)))
        assert PER_NAME <= judged <= PER_NAME + 2


def test_a_code_seen_over_a_shoulder_does_not_pass_again(database: Settings) -> None:
    with node(database) as here:
        shown = known(here, here.bram.person)
        seen = code(shown.totp_secret)
        first, second = outside(here), outside(here)
        for client in (first, second):
            knock(client, "bram", shown.password)
        assert first.post("/sign-in/second", {"code": seen}).status_code == 302
        answer = second.post("/sign-in/second", {"code": f" {seen[:3]} {seen[3:]} "})
        assert "was used already" in answer.text
        assert second.get("/desk").status_code == 302


def test_a_planted_session_is_not_the_one_that_gets_in(database: Settings) -> None:
    with node(database) as here:
        shown, thief = known(here, here.bram.person), outside(here)
        thief.get("/sign-in/passkey", headers={"Accept": "application/json"})
        planted = thief.cookies["havre"].value
        victim = outside(here)
        victim.cookies["havre"] = planted
        sign_in(victim, shown)
        assert victim.cookies["havre"].value != planted
        assert thief.get("/desk").status_code == 302


def test_a_password_alone_reaches_no_page(database: Settings) -> None:
    with node(database) as here:
        shown, client = known(here, here.bram.person), outside(here)
        knock(client, "bram", shown.password)
        for address in _changing(here):
            expected = (200,) if address == "/sign-in/second" else (302, 404, 405)
            assert client.get(address).status_code in expected, address
        assert client.session.get("_auth_user_id") is None


def _changing(here: Node) -> list[str]:
    """Every address, with a number or a word where it wants one."""
    found = []
    for each in get_resolver().url_patterns:
        assert isinstance(each, URLPattern)
        route = re.sub(r"<int:\w+>", str(here.bram.person.pk), str(each.pattern))
        found.append("/" + re.sub(r"<\w+:\w+>", "unit", route))
    return [address for address in dict.fromkeys(found) if address != "/"]


def test_nothing_changes_by_a_form_of_another_site(database: Settings) -> None:
    with node(database) as here:
        signed_in = visiting(here, here.anke.person)
        riding = Client(enforce_csrf_checks=True)
        riding.cookies = signed_in.cookies
        addresses = ["/", *_changing(here)]
        assert len(addresses) > 20
        for address in addresses:
            answer = riding.post(address, {"give": "auditor", "theme": "dark", "name": "mallory", "language": "nl"})
            assert answer.status_code == 403, address
        assert signed_in.get("/desk").status_code == 200
        assert Person.objects.count() == 3


def test_nobody_sets_up_a_second_factor_for_another(database: Settings) -> None:
    """SecureDrop's own findings of 2024: the person comes from the session, never from what is sent."""
    with node(database) as here:
        client = visiting(here, here.bram.person)
        secret = re.search(r'class="secret">([A-Z2-7]+)<', client.get("/settings/app").text)
        assert secret
        forged = {"user": here.anke.person.pk, "person": "anke", "user_id": here.anke.person.pk, "secret": "A" * 32}
        client.post(f"/settings/app?user={here.anke.person.pk}", {"code": code(secret[1]), **forged})
        kept = Authenticator.objects.get(type="totp")
        assert kept.user == here.bram.person


def test_a_link_works_once_even_for_two_at_once(database: Settings) -> None:
    with node(database) as here:
        link = link_for(here, here.bram.person)
        given = {"password": PASSWORD, "password_again": PASSWORD}
        assert outside(here).post(link, given).status_code == 302
        assert outside(here).post(link, given).status_code == 404


def test_no_page_of_signing_in_may_be_kept_or_framed(database: Settings) -> None:
    with node(database) as here:
        for address in ("/", link_for(here, here.bram.person)):
            answer = outside(here).get(address)
            assert "no-store" in answer.headers["Cache-Control"]
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert "<script>" not in answer.text
            assert " style=" not in answer.text
