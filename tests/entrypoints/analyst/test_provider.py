"""A unit's own identity provider signs its people in: it says who comes, never who works here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client, override_settings
from playwright.sync_api import Browser, expect

from havre.configured import django_settings
from havre.entrypoints.analyst.provider import offered
from havre.settings import Provider, Settings
from havre.units.models import Person
from tests.cast import Node, node
from tests.proving import code, known, outside
from tests.simulators.identity import CLIENT, SECRET, Identity, identity
from tests.web import served, visiting

BRAM: dict[str, object] = {"sub": "7f3", "preferred_username": "bram"}
MFA: dict[str, object] = {"amr": ["pwd", "mfa"]}


def _with(settings: Settings, at: Identity, **more: str) -> Settings:
    provider = Provider(at.address, CLIENT, SECRET, "Federal Police", "the police's sign-in", **more)
    return replace(settings, provider=provider)


@contextmanager
def _provided(here: Node, at: Identity, **more: str) -> Iterator[None]:
    settings = _with(here.home.settings, at, **more)
    here.home.settings = settings
    told = django_settings(settings)
    with override_settings(SOCIALACCOUNT_PROVIDERS=told["SOCIALACCOUNT_PROVIDERS"]):
        yield


def _through(client: Client, **more: str) -> str:
    """To the provider and back; where the person ends."""
    led = client.post("/sign-in/unit/go", {"process": "login", **more})
    back = urlsplit(requests.get(led.headers["Location"], allow_redirects=False, timeout=5).headers["Location"])
    answer = client.get(f"{back.path}?{back.query}")
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_it_is_offered_only_where_it_is_configured(database: Settings) -> None:
    with node(database) as here, identity() as at:
        assert "sign-in/unit/go" not in outside(here).get("/").text
        assert offered() is None
        with _provided(here, at):
            answer = outside(here).get("/")
            assert "Sign in with the police&#39;s sign-in" in answer.text
            assert f"form-action 'self' {at.address};" in answer.headers["Content-Security-Policy"]


def test_a_person_of_the_unit_comes_in_and_their_provider_asked_for_two_factors(database: Settings) -> None:
    with node(database) as here, identity() as at, _provided(here, at):
        at.claims = BRAM | MFA
        for _ in range(2):
            client = outside(here)
            assert _through(client, next="/settings") == "/settings"
            assert client.get("/desk").status_code == 200
        kept = SocialAccount.objects.get()
        assert (kept.user, kept.uid, kept.extra_data) == (here.bram.person, "7f3", {})
        assert at.asked[0]["code_challenge_method"] == "S256"


def test_where_it_asked_for_one_factor_ours_is_asked(database: Settings) -> None:
    with node(database) as here, identity() as at, _provided(here, at):
        at.claims = BRAM
        client = outside(here)
        assert _through(client) == "/desk"
        assert client.get("/desk").headers["Location"] == "/settings/sign-in"
        assert (
            "One step alone does not open these pages." in client.get("/settings/sign-in").text
        )  # no password was asked
        shown = known(here, here.bram.person)
        client = outside(here)
        assert _through(client) == "/sign-in/second"
        assert client.post("/sign-in/second", {"code": code(shown.totp_secret)}).headers["Location"] == "/desk"
        assert client.get("/desk").status_code == 200


def test_the_operator_may_name_what_stands_for_two_factors(database: Settings) -> None:
    with node(database) as here, identity() as at, _provided(here, at, acr="loa3"):
        at.claims = BRAM | {"acr": "loa3"}
        client = outside(here)
        _through(client)
        assert client.get("/desk").status_code == 200


@pytest.mark.parametrize(
    ("claims", "userinfo"),
    [
        ({"sub": "1", "preferred_username": "chiara"}, None),
        ({"sub": "1", "preferred_username": "nobody"}, None),
        ({"sub": "1"}, None),
        (BRAM, {"sub": "another", "preferred_username": "bram"}),
    ],
)
def test_nobody_else_comes_in_and_nobody_is_made(
    database: Settings, claims: dict[str, str], userinfo: dict[str, str] | None
) -> None:
    with node(database) as here, identity() as at, _provided(here, at):
        at.claims, at.userinfo = claims | MFA, userinfo
        client = outside(here)
        assert _through(client) == "/"
        assert "Your identity provider did not let you in here." in client.get("/").text
        assert client.get("/desk").status_code == 302
        assert (Person.objects.count(), SocialAccount.objects.count()) == (3, 0)


def test_a_second_subject_with_the_same_name_is_not_that_person(database: Settings) -> None:
    with node(database) as here, identity() as at, _provided(here, at):
        at.claims = BRAM | MFA
        _through(outside(here))
        at.claims = BRAM | MFA | {"sub": "somebody else"}
        assert _through(outside(here)) == "/"
        Person.objects.filter(name="bram").update(left_at=here.bram.now())
        at.claims = BRAM | MFA
        assert _through(outside(here)) == "/"


def test_an_answer_that_nobody_asked_for_is_refused(database: Settings) -> None:
    with node(database) as here, identity() as at, _provided(here, at):
        at.claims = BRAM | MFA
        mine, yours = outside(here), outside(here)
        led = mine.post("/sign-in/unit/go", {"process": "login"}).headers["Location"]
        back = urlsplit(requests.get(led, allow_redirects=False, timeout=5).headers["Location"])
        yours.get(f"{back.path}?{back.query}&_redir=", follow=True)
        assert yours.get("/desk").status_code == 302, "a forged sign-in"
        state = parse_qs(back.query)["state"][0]
        assert mine.get(f"{back.path}?code=made-up&state={state}").headers["Location"] == "/"
        assert mine.get("/desk").status_code == 302
        assert mine.get("/sign-in/unit/go").status_code == 405


def test_what_it_says_is_never_connected_to_whoever_is_signed_in(database: Settings) -> None:
    with node(database) as here, identity() as at, _provided(here, at):
        at.claims = BRAM | MFA
        client = visiting(here, here.anke.person)
        _through(client, process="connect")
        assert SocialAccount.objects.get().user == here.bram.person
        assert client.session["_auth_user_id"] == str(here.bram.person.pk)


WRONG: list[dict[str, object]] = [
    {"nonce": "of another session"},
    {"nonce": None},
    {"iss": "https://another.example"},
    {"aud": "another client"},
    {"exp": 1_000_000_000},
]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_identity_that_is_not_for_this_session_opens_nothing(database: Settings) -> None:
    with node(database) as here, identity() as at, _provided(here, at):
        client = outside(here)
        for wrong in WRONG:
            at.claims = BRAM | MFA | wrong
            assert _through(client) == "/", wrong
            assert "What your identity provider sent is not accepted. Sign in again" in client.get("/").text
            assert client.get("/desk").status_code == 302
        at.claims = BRAM | MFA
        assert _through(client) == "/desk"


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_provider_that_says_it_is_another_opens_nothing_and_the_operator_reads_why(
    database: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with node(database) as here, identity() as at, _provided(here, at):
        at.claims = BRAM | MFA
        client = outside(here)
        on_the_way = urlsplit(
            requests.get(client.post("/sign-in/unit/go").headers["Location"], allow_redirects=False, timeout=5).headers[
                "Location"
            ]
        )
        for another in (f"{at.address}/", "https://another.example"):  # its tokens say the same
            at.issuer = another
            asked = client.post("/sign-in/unit/go", {"process": "login"})
            assert asked.headers["Location"] == "/", another
        assert client.get(f"{on_the_way.path}?{on_the_way.query}").headers["Location"] == "/"
        assert "What your identity provider sent is not accepted. Sign in again" in client.get("/").text
        assert client.get("/desk").status_code == 302
        told = capsys.readouterr().err
        assert f"HAVRE_OIDC_SERVER is '{at.address}', and the issuer found there is 'https://another.example'" in told


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_issuer_may_end_in_a_slash(database: Settings) -> None:
    with node(database) as here, identity() as at:
        at.issuer = f"{at.address}/"
        at.claims = BRAM | MFA
        with _provided(here, replace(at, address=at.issuer)):
            assert _through(outside(here)) == "/desk"


@pytest.mark.parametrize("backend", ["sqlite"])
def test_two_factors_are_a_list_that_names_them(database: Settings) -> None:
    with node(database) as here, identity() as at, _provided(here, at):
        known(here, here.bram.person)
        for methods in ("mfa", "no-mfa", None, {"mfa": False}):
            at.claims = BRAM | {"amr": methods}
            assert _through(outside(here)) == "/sign-in/second", methods


@pytest.mark.parametrize("backend", ["sqlite"])
def test_who_stops_or_finds_it_silent_is_told_so_and_how_to_go_on(database: Settings) -> None:
    with node(database) as here, identity() as at, _provided(here, at):
        client = outside(here)
        state = parse_qs(urlsplit(client.post("/sign-in/unit/go").headers["Location"]).query)["state"][0]
        client.get(f"/sign-in/unit/back?error=access_denied&state={state}")
        assert "You stopped at your identity provider." in client.get("/").text
        way = client.post("/sign-in/unit/go").headers["Location"]
        back = urlsplit(requests.get(way, allow_redirects=False, timeout=5).headers["Location"])
        at.gone()
        assert client.get(f"{back.path}?{back.query}").headers["Location"] == "/"
        assert "does not answer now." in client.get("/").text
        assert client.post("/sign-in/unit/go").headers["Location"] == "/"
        assert "does not answer now. Try again later, or sign in with a passkey" in client.get("/").text


@pytest.mark.parametrize("backend", ["sqlite"])
def test_it_is_used_in_a_browser(database: Settings, chromium: Browser) -> None:
    with node(database), identity() as at:
        at.claims = BRAM | MFA
        with served(_with(database, at)) as address:
            page = chromium.new_context().new_page()
            page.goto(f"{address}/settings")
            page.get_by_role("button", name="Sign in with the police's sign-in").click()
            expect(page).to_have_url(f"{address}/settings")
