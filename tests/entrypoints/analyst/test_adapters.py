"""What django-allauth asks Havre."""

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter as sealing
from django.test import RequestFactory

from havre.entrypoints.analyst.adapters import Doors
from havre.entrypoints.analyst.node import serve
from havre.errors import Broken
from havre.settings import Settings
from havre.units.models import Person
from havre.units.prefer import prefer
from tests.cast import node
from tests.proving import known, outside, sign_in


def test_nobody_makes_an_account() -> None:
    request = RequestFactory().get("/")
    assert isinstance(get_adapter(request), Doors)
    assert not get_adapter(request).is_open_for_signup(request)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("/desk", True),
        ("/desk?a=//b", True),
        ("http://testserver/desk", True),
        ("http://localhost/desk", False),
        ("//evil.example/desk", False),
        ("https:evil.example", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_one_is_led_to_this_host_alone(url: str, safe: bool) -> None:
    request = RequestFactory().get("/")
    with context.request_context(request):
        assert get_adapter(request).is_safe_url(url) is safe


def test_secrets_lie_sealed(database: Settings) -> None:
    with node(database) as here:
        serve(here.home)
        sealed = sealing().encrypt("a secret")
        assert "secret" not in sealed
        assert sealing().decrypt(sealed) == "a secret"
        with pytest.raises(Broken):
            sealing().decrypt("a secret")


def test_a_session_begins_as_its_person_likes_the_pages(database: Settings) -> None:
    with node(database) as here:
        shown, client = known(here, here.bram.person), outside(here)
        prefer(Person.objects.get(name="bram"), theme="dark", language="fr")
        sign_in(client, shown)
        page = client.get("/desk").text
        assert '<html lang="fr" data-theme="dark">' in page
