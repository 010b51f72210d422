"""A one-time link on screen."""

from datetime import timedelta

from havre.settings import Settings
from havre.units.models import Person, Welcome
from tests.cast import node
from tests.proving import PASSWORD, link_for, outside


def test_a_link_leads_through_a_password_to_the_second_factor_once(database: Settings) -> None:
    with node(database) as here:
        link = link_for(here, here.bram.person)
        client = outside(here)
        assert "Welcome, bram" in client.get(link).text
        for first, second in (("short", "short"), (PASSWORD, "other"), ("", "")):
            answer = client.post(link, {"password": first, "password_again": second})
            assert answer.status_code == 400
            assert 'id="problems"' in answer.text
        answer = client.post(link, {"password": PASSWORD, "password_again": PASSWORD})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/settings/sign-in")
        assert client.get("/desk").headers["Location"] == "/settings/sign-in"
        assert Person.objects.get(name="bram").check_password(PASSWORD)
        for again in (outside(here).get(link), outside(here).post(link, {"password": "x" * 20})):
            assert again.status_code == 404
            assert "This link does not work any more" in again.text


def test_old_and_made_up_links_read_the_same(database: Settings) -> None:
    with node(database) as here:
        link = link_for(here, here.bram.person)
        Welcome.objects.update(until=Welcome.objects.get().until - timedelta(hours=72, seconds=1))
        pages = [outside(here).get(address) for address in (link, "/welcome/x", "/welcome/" + "A" * 43)]
        assert {page.status_code for page in pages} == {404}
        assert "bram" not in pages[0].text
        sentences = [page.text.partition("<h1>")[2] for page in pages]
        assert len(set(sentences)) == 1


def test_a_made_up_passkey_does_not_use_the_link_up(database: Settings) -> None:
    with node(database) as here:
        link = link_for(here, here.bram.person)
        for credential in ("{}", "[1]", '{"id":"AA","rawId":"AA","type":"public-key","response":{}}', "x"):
            assert outside(here).post(link, {"credential": credential}).status_code == 400
        assert outside(here).get(link).status_code == 200


def test_whoever_is_signed_in_and_uses_anothers_link_becomes_the_other(database: Settings) -> None:
    with node(database) as here:
        link, client = link_for(here, here.bram.person), outside(here)
        client.post(link_for(here, here.anke.person), {"password": PASSWORD, "password_again": PASSWORD})
        before = client.cookies["havre"].value
        client.post(link, {"password": PASSWORD, "password_again": PASSWORD})
        assert client.cookies["havre"].value != before
        assert client.session["_auth_user_id"] == str(here.bram.person.pk)
