"""How the people of the tests prove who they are: codes of an app, passkeys of a virtual key, links made now."""

import time
from datetime import UTC, datetime

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from playwright.sync_api import Page

from havre.entrypoints.analyst.node import serve
from havre.flows.demo_people import DemoSignIn, demo_sign_in
from havre.flows.people import make_link
from havre.units.acting import Acting
from havre.units.models import Person
from tests.cast import Node

PASSWORD = "a long enough password"


def code(secret: str, *, steps: int = 0) -> str:
    """What an authenticator app shows now, or so many steps of 30 seconds later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def present() -> datetime:
    """The time: pages ask the world for it."""
    return datetime.now(UTC)


def link_for(node: Node, person: Person) -> str:
    """The address of a one-time link that Anke makes now."""
    return f"/welcome/{make_link(node.home, Acting(node.anke.person, present), person.name)}"


def outside(node: Node) -> Client:
    """A browser of Django's in which nobody is signed in, that must send what protects against forgery."""
    serve(node.home)
    return Client(HTTP_USER_AGENT="a browser")


def knock(client: Client, name: str, password: str, **more: str) -> int:
    """The first step; the status of the answer."""
    return client.post("/", {"login": name, "password": password, **more}).status_code


def known(node: Node, person: Person) -> DemoSignIn:
    """A password, an app and recovery codes for somebody."""
    return demo_sign_in(node.home, person)


def sign_in(client: Client, shown: DemoSignIn) -> None:
    """Both steps."""
    assert knock(client, shown.name, shown.password) == 302
    answer = client.post("/sign-in/second", {"code": code(shown.totp_secret)})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk"), answer.text


def virtual_key(page: Page) -> None:
    """A passkey device that knows its owner, in this page's browser."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
