import pytest
from pathlib import Path
from tests.cast import node
from tests.entrypoints.analyst.paired import both_films, held, pictures, seen
from tests.web import served
from havre.matches.models import Match

@pytest.mark.parametrize("backend", ["sqlite"])
def test_shots(database, tmp_path, chromium):
    with node(database) as here:
        media = held(here, tmp_path / "seized", pictures() | both_films())
        whole = media["0.jpg"]
        near = Match.objects.get(medium=whole, kind="near")
        seg = Match.objects.filter(kind="segment").first()
        with served(database) as root:
            for theme in ("light", "dark"):
                with seen(chromium, here, here.anke.person, root, color_scheme=theme) as page:
                    page.goto(f"{root}/media/{whole.pk}"); page.screenshot(path=f"/tmp/shots/media-{theme}.png")
                    page.goto(f"{root}/media/{near.item.exhibit.medium_id}/compare/{near.pk}"); page.screenshot(path=f"/tmp/shots/compare-{theme}.png")
                    page.keyboard.press("h"); page.screenshot(path=f"/tmp/shots/halves-{theme}.png")
                    page.goto(f"{root}/media/{seg.item.exhibit.medium_id}/compare/{seg.pk}"); page.screenshot(path=f"/tmp/shots/film-{theme}.png")
            with seen(chromium, here, here.anke.person, root, viewport={"width": 390, "height": 844}) as page:
                page.goto(f"{root}/media/{whole.pk}"); page.screenshot(path=f"/tmp/shots/media-narrow.png", full_page=True)
                page.goto(f"{root}/media/{near.item.exhibit.medium_id}/compare/{near.pk}"); page.screenshot(path=f"/tmp/shots/compare-narrow.png", full_page=True)
