"""Whose page an address belongs to: never another child's, and whatever the spelling."""

import pytest

from havre.addresses.address import address_of
from havre.sites.under import is_under, telling

PAGES = (
    ("https://vk.com/anna", "http://www.vk.com/anna/1.jpg", True),
    ("https://vk.com/anna", "https://vk.com/anna?z=photo1", True),
    ("https://vk.com/anna", "https://vk.com/annabel", False),
    ("https://vk.com/anna", "https://ok.ru/anna", False),
    ("https://facebook.com/profile.php?id=7", "https://www.facebook.com/profile.php?id=7&sk=photos", True),
    ("https://facebook.com/profile.php?id=7", "https://www.facebook.com/profile.php?sk=photos&id=7", True),
    ("https://facebook.com/profile.php?id=7", "https://www.facebook.com/profile.php?id=77", False),
    ("https://facebook.com/profile.php?id=7", "https://www.facebook.com/profile.php", False),
    ("https://a.example/#!/anna", "https://a.example/#!/anna/1", True),
    ("https://a.example/#!/anna", "https://a.example/#!/bert", False),
    ("https://a.example/Zoë", "HTTPS://A.EXAMPLE/Zoë/1.jpg", True),
    ("https://a.example/Zoë", "https://a.example/Zo%c3%ab/1.jpg", True),
    ("https://familie.example/", "https://familie.example/1.jpg", True),
    ("https://zoë.example/", "https://zoë.example/1.jpg", True),
)


@pytest.mark.parametrize(("page", "text", "theirs"), PAGES)
def test_an_address_is_of_a_page_where_that_page_tells_it_apart(page: str, text: str, theirs: bool) -> None:
    assert is_under(address_of(page), text) == theirs
    assert not is_under(address_of(page), "")
    assert not is_under(address_of(page), "gopher://x")


@pytest.mark.parametrize(("page", "text", "theirs"), PAGES)
def test_whatever_is_of_a_page_has_its_letters(page: str, text: str, theirs: bool) -> None:
    assert not theirs or telling(address_of(page)).lower() in text.lower()
