"""What stands around every page."""

from django.contrib.sessions.models import Session

from havre.entrypoints.analyst.shell import WORKING
from havre.settings import Settings
from havre.units.found import give_role, take_role
from havre.units.models import Person, RoleName
from tests.cast import NOON, node
from tests.web import visiting


def test_the_rail_marks_where_one_is(database: Settings) -> None:
    with node(database) as here:
        page = visiting(here, here.anke.person).get("/desk").content.decode()
        assert '<a href="/desk" aria-current="page">' in page
        assert page.count("aria-current") == 1


def test_nobody_sees_a_rail_before_signing_in(database: Settings) -> None:
    with node(database) as here:
        assert 'class="rail"' not in visiting(here, None).get("/").content.decode()


def test_the_language_is_chosen_and_kept(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, here.bram.person)
        client.post("/language", {"language": "nl", "next": "/desk"})
        page = client.get("/desk").content.decode()
        assert '<html lang="nl"' in page
        assert "Naar de inhoud" in page


def rail_of(page: str) -> list[str]:
    """The addresses of the rail."""
    inside = page.partition('<nav class="rail"')[2].partition("</nav>")[0]
    return [each.partition('"')[0] for each in inside.split('<a href="')[1:]]


def test_a_role_that_was_taken_away_is_gone_from_the_next_page(database: Settings) -> None:
    with node(database) as here:
        anke = visiting(here, here.anke.person)
        others = visiting(here, here.bram.person)
        before, same = rail_of(anke.get("/desk").text), rail_of(others.get("/desk").text)
        assert "/triage" in before
        for role in here.anke.person.roles.all():
            if role.name in WORKING:
                take_role(here.anke.person, RoleName(role.name))
        give_role(here.anke.person, RoleName.AUDITOR, NOON)
        after = rail_of(anke.get("/desk").text)
        assert "/triage" not in after
        assert "/audit" in after
        assert anke.get("/triage").status_code == 403
        assert rail_of(others.get("/desk").text) == same


def test_each_reader_is_told_of_places_in_their_language(database: Settings) -> None:
    with node(database) as here:
        words: dict[str, str] = {}
        for language in ("en", "fr", "nl", "en"):
            page = visiting(here, here.anke.person).get("/desk", headers={"Accept-Language": language}).text
            told = page.partition('<nav class="rail"')[2].partition("</nav>")[0]
            assert words.setdefault(language, told) == told
            choices = page.partition('id="palette-choices">')[2].partition("</ul>")[0]
            assert choices.count("<li>") == len(rail_of(page))
        assert len(set(words.values())) == 3


def test_a_session_that_was_ended_shows_nothing_more(database: Settings) -> None:
    with node(database) as here:
        anke = visiting(here, here.anke.person)
        assert rail_of(anke.get("/desk").text)
        Session.objects.all().delete()
        assert anke.get("/desk").status_code == 302


def test_who_left_is_shown_nothing_more(database: Settings) -> None:
    with node(database) as here:
        anke = visiting(here, here.anke.person)
        assert rail_of(anke.get("/desk").text)
        Person.objects.filter(pk=here.anke.person.pk).update(left_at=NOON)
        assert anke.get("/desk").status_code == 302
