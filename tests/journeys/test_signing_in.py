"""Signing in as a person does it, in a real browser: a link, a passkey, a password with a code, a recovery code."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from havre.flows.begin import add_colleague
from havre.settings import Settings
from havre.units.models import Person, RoleName
from havre.units.queries import person_named
from tests.cast import Node, node
from tests.conftest import PROOF
from tests.proving import PASSWORD, code, known, link_for, virtual_key
from tests.web import served, signed_in_page

pytestmark = pytest.mark.xdist_group("signing-in")

WORDS = {
    "fr": ("Choisir ce mot de passe", "Configurer une application d’authentification", "Vérifier le code", "Continuer"),
    "nl": ("Dit wachtwoord kiezen", "Een authenticator-app instellen", "De code controleren", "Doorgaan"),
}
"""What the buttons of setting up say: `make test` looks in one of these languages."""

Door = tuple[Node, str]


@pytest.fixture(scope="module")
def door(lasting_database: Settings) -> Iterator[Door]:
    """A node, and the address of its pages; each journey brings somebody of its own."""
    with node(lasting_database) as here, served(lasting_database) as address:
        yield here, address


def _colleague(here: Node, name: str, role: RoleName = RoleName.ANALYST) -> Person:
    """Somebody who has not signed in yet."""
    add_colleague(here.home, here.anke, name, "", [role])
    return person_named(name)


def _new(chromium: Browser, language: str = "en") -> Page:
    page = chromium.new_context(locale=language).new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


def _knock(page: Page, address: str, name: str, password: str) -> None:
    page.goto(address)
    page.fill("#id_login", name)
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")


def test_first_run_with_a_passkey_and_then_in_with_it_alone(door: Door, chromium: Browser) -> None:
    here, address = door
    page = _new(chromium)
    virtual_key(page)
    page.goto(address + link_for(here, here.anke.person))
    page.get_by_role("button", name="Make a passkey").click()
    expect(page).to_have_url(f"{address}/desk")
    page.locator("summary", has=page.get_by_text("Your account")).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{address}/")
    page.goto(f"{address}/settings")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{address}/settings")


@pytest.mark.proof
@pytest.mark.parametrize(("language", "words"), list(WORDS.items()) if PROOF else [("nl", WORDS["nl"])])
def test_a_password_with_an_app_and_a_recovery_code(
    door: Door, chromium: Browser, language: str, words: tuple[str, str, str, str]
) -> None:
    choose, set_up, done, go_on = words
    here, address = door
    name = f"emma {language}"
    page = _new(chromium, language)
    page.goto(address + link_for(here, _colleague(here, name)))
    page.fill("#id_password", PASSWORD)
    page.fill("#id_password_again", PASSWORD)
    page.get_by_role("button", name=choose).click()
    page.get_by_role("link", name=set_up).click()
    page.locator("summary").click()
    secret = page.locator(".secret").inner_text()
    page.fill("#id_code", code(secret))
    page.get_by_role("button", name=done).click()
    codes = page.locator(".recovery code").all_inner_texts()
    assert len(codes) == 10
    page.goto(f"{address}/desk")
    expect(page).to_have_url(f"{address}/desk")

    other = _new(chromium, language)
    _knock(other, address, name, PASSWORD)
    expect(other).to_have_url(f"{address}/sign-in/second")
    other.fill("#id_code", codes[0])
    other.keyboard.press("Enter")
    expect(other).to_have_url(f"{address}/desk")
    assert other.locator("html").get_attribute("lang") == language

    third = _new(chromium, language)
    third.goto(address)
    third.get_by_label(re.compile("^(Votre nom|Uw naam)$")).fill(name)
    third.fill("#id_password", PASSWORD)
    third.get_by_role("button", name=go_on).click()
    third.fill("#id_code", code(secret, steps=1))
    third.keyboard.press("Enter")
    expect(third).to_have_url(f"{address}/desk")


def test_a_lock_out_says_when_to_try_again_and_a_passkey_still_opens(door: Door, chromium: Browser) -> None:
    here, address = door
    page = _new(chromium)
    virtual_key(page)
    page.goto(address + link_for(here, _colleague(here, "fons")))
    page.get_by_role("button", name="Make a passkey").click()
    expect(page).to_have_url(f"{address}/desk")
    fons = Person.objects.get(name="fons")
    fons.set_password(PASSWORD)
    fons.save()
    page.context.clear_cookies()
    for _ in range(5):
        _knock(page, address, "fons", "a wrong password")
        expect(page.locator("#problems")).to_contain_text("Name or password is wrong.")
    _knock(page, address, "fons", PASSWORD)
    expect(page.locator("#problems")).to_contain_text("Try again in 15 minutes, or use a passkey.")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{address}/desk")


def test_a_session_ended_elsewhere_is_over(door: Door, chromium: Browser) -> None:
    here, address = door
    gust = _colleague(here, "gust")
    pages = [signed_in_page(chromium.new_context(), address, gust) for _ in range(2)]
    for page in pages:
        page.goto(f"{address}/settings/sessions")
    pages[0].reload()
    pages[0].get_by_role("button", name="End", exact=True).click()
    expect(pages[0].locator(".chip")).to_have_text("this one")
    pages[1].goto(f"{address}/desk")
    expect(pages[1]).to_have_url(f"{address}/?next=%2Fdesk")


def test_a_dangerous_act_asks_for_the_passkey_and_goes_on(door: Door, chromium: Browser) -> None:
    here, address = door
    page = _new(chromium)
    virtual_key(page)
    hilde = _colleague(here, "hilde", RoleName.ADMINISTRATOR)
    page.goto(address + link_for(here, hilde))
    page.get_by_role("button", name="Make a passkey").click()
    expect(page).to_have_url(f"{address}/desk")
    _age(page)
    page.goto(f"{address}/people")
    page.get_by_role("button", name="bram: auditor").click()
    expect(page.locator("h1")).to_have_text("Is it you?")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Done: bram.")).to_be_visible()
    assert Person.objects.get(name="bram").roles.filter(name="auditor").exists()


def _age(page: Page) -> None:
    """What was proven was proven an hour ago."""
    from django.contrib.sessions.backends.db import SessionStore

    cookie = next(each["value"] for each in page.context.cookies() if each["name"] == "havre")
    session = SessionStore(cookie)
    proofs = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**proof, "at": proof["at"] - 3600} for proof in proofs]
    session.save()


def test_a_second_passkey_is_added_and_the_first_removed(door: Door, chromium: Browser) -> None:
    here, address = door
    known(here, _colleague(here, "iris"))
    page = signed_in_page(chromium.new_context(), address, Person.objects.get(name="iris"))
    virtual_key(page)
    page.goto(f"{address}/settings/passkey")
    page.fill("#id_name", "key on my ring")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_text("key on my ring")).to_be_visible()
    page.get_by_role("button", name="Remove the authenticator app").click()
    expect(page.get_by_text("Not set up.")).to_be_visible()
    page.get_by_role("button", name="Remove key on my ring").click()
    expect(page.get_by_text("This is your only second factor.")).to_be_visible()
