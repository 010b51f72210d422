"""The people of a unit, as an administrator sees them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.settings import Settings
from havre.units.found import add_person
from havre.units.models import Person, RoleName
from tests.cast import NOON, node
from tests.web import visiting


def _roles(name: str) -> set[str]:
    return set(Person.objects.get(name=name).roles.values_list("name", flat=True))


def test_people_of_the_own_unit_are_listed_and_nobody_elses(database: Settings) -> None:
    with node(database) as here:
        text = visiting(here, here.anke.person).get("/people").text
        assert "bram" in text
        assert "chiara" not in text
        assert "not yet" in text
        assert visiting(here, here.bram.person).get("/people").status_code == 403


def test_somebody_is_added_with_a_link_shown_once(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, here.anke.person)
        answer = client.post("/people/add", {"name": "dora", "role": ["analyst", "auditor"]})
        link = re.search(r'<code id="link">http://testserver(/welcome/[\w-]{43})</code>', answer.text)
        assert link
        assert "within 72 hours" in answer.text
        assert _roles("dora") == {"analyst", "auditor"}
        assert "Welcome, dora" in visiting(here, None).get(link[1]).text
        assert link[1] not in client.get("/people").text
        assert "link waits" in client.get("/people").text


@pytest.mark.parametrize("name", ["", "bram", "BRAM", "a\x00b"])
def test_a_name_that_does_not_do_is_kept_with_what_to_do(database: Settings, name: str) -> None:
    with node(database) as here:
        answer = visiting(here, here.anke.person).post("/people/add", {"name": name, "role": ["auditor"]})
        assert answer.status_code == 400
        assert 'href="#id_name"' in answer.text
        assert 'value="auditor" id="role_auditor" checked' in answer.text
        assert Person.objects.count() == 3


def test_roles_are_given_and_taken_but_the_last_administrator_stays(database: Settings) -> None:
    with node(database) as here:
        client, bram, anke = visiting(here, here.anke.person), here.bram.person.pk, here.anke.person.pk
        client.post(f"/people/{bram}/role", {"give": "auditor"})
        assert _roles("bram") == {"analyst", "auditor"}
        client.post(f"/people/{bram}/role", {"take": "analyst"})
        assert _roles("bram") == {"auditor"}
        for act, given in (("role", {"take": "administrator"}), ("leave", {})):
            answer = client.post(f"/people/{anke}/{act}", given, follow=True)
            assert "The unit would have no administrator" in answer.text
        assert "administrator" in _roles("anke")
        assert client.post(f"/people/{bram}/role", {"give": "king"}).status_code == 400


def test_nobody_is_left_without_a_role_at_one_click(database: Settings) -> None:
    with node(database) as here:
        client, bram = visiting(here, here.anke.person), here.bram.person.pk
        can_do_nothing = "Without a role bram can sign in, but sees nothing and can do nothing here."
        page = client.get("/people").text
        assert page.count(can_do_nothing) == 1
        assert "Without a role anke" not in page  # she has several
        assert 'name="take" value="analyst" aria-pressed="true" aria-label="bram' not in page
        stale = client.post(f"/people/{bram}/role", {"take": "analyst"}, follow=True)  # from a page with two roles
        assert "Bram would have no role, and could sign in and do nothing" in stale.text
        assert _roles("bram") == {"analyst"}
        assert "Done: bram." in client.post(f"/people/{bram}/role", {"last": "analyst"}, follow=True).text
        assert _roles("bram") == set()
        assert "Without a role bram" not in client.get("/people").text

        asked = client.post("/people/add", {"name": "dora"})
        assert (asked.status_code, Person.objects.filter(name="dora").exists()) == (400, False)
        assert "Choose a role. Without one dora can sign in, but sees nothing and can do nothing here." in asked.text
        assert 'value="dora"' in asked.text
        assert 'id="role_analyst" checked' not in asked.text
        assert "/welcome/" in client.post("/people/add", {"name": "dora", "none": "yes"}).text
        assert _roles("dora") == set()


def test_somebody_leaves_and_somebody_gets_a_new_link(database: Settings) -> None:
    with node(database) as here:
        client, bram = visiting(here, here.anke.person), here.bram.person.pk
        assert "/welcome/" in client.post(f"/people/{bram}/link").text
        assert "Done: bram." in client.post(f"/people/{bram}/leave", follow=True).text
        assert Person.objects.get(pk=bram).left_at
        assert client.post(f"/people/{bram}/link").status_code == 404


def test_another_units_people_cannot_be_touched(database: Settings) -> None:
    with node(database) as here:
        client, chiara = visiting(here, here.anke.person), here.chiara.person.pk
        for act in ("link", "role", "leave"):
            given = {"give": "auditor"}
            answers = [client.post(f"/people/{number}/{act}", given) for number in (chiara, 10**9)]
            assert [each.status_code for each in answers] == [404, 404]
            assert answers[0].text == answers[1].text
            assert "chiara" not in answers[0].text
        assert Person.objects.get(name="chiara").left_at is None


def test_looking_changes_nothing(database: Settings) -> None:
    with node(database) as here:
        client, bram = visiting(here, here.anke.person), here.bram.person.pk
        for act in ("add", f"{bram}/link", f"{bram}/role?give=auditor", f"{bram}/leave"):
            assert client.get(f"/people/{act}").headers["Location"] == "/people"
        assert _roles("bram") == {"analyst"}
        assert Person.objects.get(pk=bram).left_at is None


def test_a_hundred_people_a_page_with_as_many_questions_as_ten(database: Settings) -> None:
    with node(database) as here:
        client, asked = visiting(here, here.anke.person), []
        for number in range(130):
            if number in (10, 129):
                with CaptureQueriesContext(
                    connection,
                ) as counted:
                    text = client.get("/people").text
                asked.append(len(counted))
            add_person(f"person {number:03d}", here.anke.unit, NOON, [RoleName.ANALYST])
        assert asked[0] == asked[1]
        assert "person 097" in text
        assert "person 098" not in text
        assert "?after=person%20097" in text
        assert "person 098" in client.get("/people?after=person 097").text
