"""Before a dangerous act one proves anew who one is; then the act goes on."""

from django.test import Client

from havre.audit.models import Entry
from havre.entrypoints.analyst.sessions import FRESH_SECONDS
from havre.settings import Settings
from havre.units.models import Person
from tests.cast import Node, node
from tests.proving import code, known
from tests.web import visiting

GIVE = {"give": "supervisor"}


def stale(here: Node, name: str, *, htmx: bool = False) -> Client:
    """Somebody who signed in more than five minutes ago."""
    client = visiting(here, Person.objects.get(name=name), htmx=htmx)
    session = client.session
    proofs = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**each, "at": each["at"] - FRESH_SECONDS} for each in proofs]
    session.save()
    return client


def _roles() -> set[str]:
    return set(Person.objects.get(name="bram").roles.values_list("name", flat=True))


def test_a_dangerous_act_waits_for_a_proof_and_then_happens(database: Settings) -> None:
    with node(database) as here:
        shown = known(here, here.anke.person)
        address = f"/people/{here.bram.person.pk}/role"
        for field, proof in (("password", shown.password), ("code", code(shown.totp_secret))):
            here.bram.person.roles.filter(name="supervisor").delete()
            client = stale(here, "anke")
            led = client.post(address, GIVE).headers["Location"]
            assert led.startswith("/again?next=")
            assert _roles() == {"analyst"}
            assert "Is it you?" in client.get(led).text
            assert client.post("/again", {field: "wrong", "next": address}).status_code == 400
            assert _roles() == {"analyst"}
            assert client.post("/again", {field: proof, "next": address}).headers["Location"] == "/people"
            assert _roles() == {"analyst", "supervisor"}


def test_a_fresh_session_is_not_asked(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, here.anke.person)
        assert client.post(f"/people/{here.bram.person.pk}/role", GIVE).headers["Location"] == "/people"
        assert _roles() == {"analyst", "supervisor"}


def test_another_address_of_this_host_does_not_run_the_act_and_another_host_is_not_gone_to(database: Settings) -> None:
    with node(database) as here:
        shown = known(here, here.anke.person)
        for wanted, led in (("/settings", "/settings"), ("https://evil.example/", "/desk")):
            client = stale(here, "anke")
            client.post(f"/people/{here.bram.person.pk}/role", GIVE)
            assert client.post("/again", {"password": shown.password, "next": wanted}).headers["Location"] == led
            assert _roles() == {"analyst"}


def test_passwords_never_wait_in_a_session(database: Settings) -> None:
    with node(database) as here:
        known(here, here.anke.person)
        client = stale(here, "anke")
        given = {"password": "a new long password", "password_again": "a new long password"}
        assert client.post("/settings/password", given).headers["Location"] == "/again?next=%2Fsettings%2Fpassword"
        assert "a new long password" not in str(dict(client.session))


def test_a_piece_of_a_page_leads_the_whole_page_there(database: Settings) -> None:
    with node(database) as here:
        client = stale(here, "anke", htmx=True)
        answer = client.post("/people/add", {"name": "x"}, headers={"HX-Current-URL": "http://testserver/people"})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/again?next=%2Fpeople")


def test_tries_are_counted_here_too(database: Settings) -> None:
    with node(database) as here:
        shown = known(here, here.anke.person)
        client = stale(here, "anke")
        for _ in range(5):
            client.post("/again", {"password": "wrong"})
        answer = client.post("/again", {"password": shown.password})
        assert answer.status_code == 400
        assert "Too many tries failed. Try again in 15 minutes" in answer.text


def test_a_file_is_asked_for_once_more_where_it_was_asked_for(database: Settings) -> None:
    with node(database) as here:
        shown = known(here, here.anke.person)
        client = stale(here, "anke")
        led = client.post("/statistics/table").headers["Location"]
        assert led == "/again?next=%2Fstatistics%2Ftable"
        back = client.post("/again", {"password": shown.password, "next": "/statistics/table"})
        assert back.headers["Location"] == "/statistics"
        assert not Entry.objects.filter(verb="disclosure").exists(), "nothing left yet"
        assert "Ask for the file once more" in client.get("/statistics").text
        assert client.post("/statistics/table").headers["Content-Type"].startswith("text/csv")
