"""What stands around every page."""

from havre.settings import Settings
from tests.cast import node
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
