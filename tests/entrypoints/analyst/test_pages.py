"""Who may open a page."""

from django.urls import URLPattern, get_resolver

from havre.entrypoints.analyst.pages import PAGES
from havre.settings import Settings
from havre.units.found import take_role
from havre.units.models import RoleName
from tests.cast import node
from tests.web import visiting


def test_a_piece_of_a_page_leads_to_the_sign_in_too(database: Settings) -> None:
    with node(database) as here:
        answer = visiting(here, None, htmx=True).get("/desk")
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/?next=%2Fdesk")


def test_who_has_none_of_the_roles_is_refused(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, here.bram.person)
        assert client.get("/desk").status_code == 200
        take_role(here.bram.person, RoleName.ANALYST)
        answer = client.get("/desk")
        assert answer.status_code == 403
        assert "needs the role" in answer.content.decode()


def test_every_address_is_of_a_declared_page_or_of_signing_in() -> None:
    found = [each for each in get_resolver().url_patterns if isinstance(each, URLPattern)]
    bare = {str(each.pattern) for each in found if getattr(each.callback, "havre_page", "") not in PAGES}
    doors = {"sign-in/passkey", "sign-in/second", "sign-in/<slug:provider_id>/go", "sign-in/<slug:provider_id>/back"}
    assert bare == {"", "language", "sign-out", "welcome/<str:token>", *doors}


def test_every_page_names_roles() -> None:
    get_resolver().url_patterns  # noqa: B018 - declares them
    assert PAGES
    assert [name for name, declared in PAGES.items() if not declared.roles <= set(RoleName) or not declared.roles] == []
