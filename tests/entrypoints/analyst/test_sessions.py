"""Sessions are short and bound to one browser."""

import pytest
from django.test import Client

from havre.entrypoints.analyst.sessions import (
    BEGAN,
    FRESH_SECONDS,
    IDLE_SECONDS,
    LONGEST_SECONDS,
    SEEN,
    SEEN_EVERY_SECONDS,
    begin_session,
    fresh,
    two_factors,
)
from havre.settings import Settings
from tests.cast import node
from tests.web import visiting


def _earlier(client: Client, seconds: float, *marks: str) -> None:
    session = client.session
    for mark in marks:
        session[mark] -= seconds
    session.save()


@pytest.mark.parametrize(
    ("seconds", "marks", "open_"),
    [
        (IDLE_SECONDS - 5, (SEEN,), True),
        (IDLE_SECONDS + 1, (SEEN,), False),
        (LONGEST_SECONDS - 5, (BEGAN,), True),
        (LONGEST_SECONDS + 1, (BEGAN,), False),
    ],
)
def test_a_session_ends_by_itself(database: Settings, seconds: float, marks: tuple[str, ...], open_: bool) -> None:
    with node(database) as here:
        client = visiting(here, here.bram.person)
        _earlier(client, seconds, *marks)
        assert (client.get("/desk").status_code == 200) is open_
        assert (client.get("/desk").status_code == 200) is open_


def test_use_keeps_a_session_awake_but_writes_seldom(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, here.bram.person)
        before = client.session[SEEN]
        client.get("/desk")
        assert client.session[SEEN] == before
        _earlier(client, SEEN_EVERY_SECONDS + 1, SEEN)
        client.get("/desk")
        assert client.session[SEEN] > before


def test_another_browser_with_the_same_cookie_ends_the_session(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, here.bram.person)
        assert client.get("/desk", HTTP_USER_AGENT="a thief's").status_code == 302
        assert client.get("/desk").status_code == 302, "the stolen session is over for both"


def test_a_session_that_nothing_began_is_none(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, None)
        client.force_login(here.bram.person)
        assert client.get("/desk").status_code == 302


def test_what_was_proven_is_read_from_the_session(database: Settings) -> None:
    with node(database) as here:
        session = visiting(here, here.bram.person).session
        assert two_factors(session)
        assert fresh(session)
        proofs = session["account_authentication_methods"]
        session["account_authentication_methods"] = [{**proof, "at": proof["at"] - FRESH_SECONDS} for proof in proofs]
        assert not fresh(session)
        session["account_authentication_methods"] = proofs[:1]
        assert not two_factors(session)
        begin_session(session, "an agent", "dark")
        assert session["theme"] == "dark"
