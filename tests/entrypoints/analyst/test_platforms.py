"""The pages of registers: each provider with its figures, and what stands behind silence."""

from havre.corrections.models import Challenge
from havre.platforms.models import Edition
from havre.settings import Settings
from tests.cast import node
from tests.corrections.standing import challenged
from tests.entrypoints.analyst.test_challenges import text_of
from tests.platforms.written import contact, notice
from tests.web import visiting


def test_a_register_shows_its_figures_and_what_is_behind_them(database: Settings) -> None:
    with node(database) as here:
        about = notice(here.anke.person, contact(here.anke.person))
        challenged(here.home, here.anke, about)
        edition = Edition.objects.get()
        bram, chiara = visiting(here, here.bram.person), visiting(here, here.chiara.person)
        assert f"Register {edition.number}" in text_of(bram.get("/registers"))
        page = text_of(bram.get(f"/registers/{edition.pk}"))
        assert "Host A 1 1 50.0 % 1 1 0" in page
        assert f"Counted as silence: {about.reference}" in page
        assert "There is no register yet." in text_of(chiara.get("/registers"))
        assert chiara.get(f"/registers/{edition.pk}").status_code == 404
        assert Challenge.objects.count() == 2
