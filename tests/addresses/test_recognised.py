"""What an address is, and which page it shows or leads to, is read from the address alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.addresses.address import address_of
from havre.addresses.recognised import KINDS, PAGE, Recognised, recognised
from havre.addresses.tables import table
from havre.errors import Invalid
from tests.addresses.forms import ONION

INNER = "http://a.example/x"

TABLE: dict[str, tuple[str, str | None]] = {
    "http://a.example/": ("page", None),
    "https://sites.google.com/x": ("page", None),
    "https://google.a.example/search": ("page", None),
    "https://notbit.ly/x": ("page", None),
    f"http://{ONION}/x": ("onion", None),
    "https://bit.ly/x": ("shortener", None),
    "https://www.bit.ly/x": ("shortener", None),
    "https://tinyurl.com/x": ("shortener", None),
    "https://l.facebook.com/l.php?u=http%3A%2F%2Fa.example%2Fx&h=1": ("shortener", INNER),
    "https://vk.com/away.php?to=http%3A%2F%2Fa.example%2Fx": ("shortener", INNER),
    "https://vk.com/anna": ("page", None),
    "https://www.youtube.com/redirect?event=x&q=http%3A%2F%2Fa.example%2Fx": ("shortener", INNER),
    "https://www.youtube.com/watch?v=x": ("page", None),
    "https://href.li/?http://a.example/x": ("shortener", INNER),
    "https://eur03.safelinks.protection.outlook.com/?url=http%3A%2F%2Fa.example%2Fx&data=1": ("shortener", INNER),
    "https://web.archive.org/web/20200101000000/http://a.example/x": ("archive", INNER),
    "https://web.archive.org/web/2020id_/http://a.example/x?b=1": ("archive", INNER + "?b=1"),
    "https://web.archive.org/web/*/http://a.example/x": ("archive", INNER),
    "https://web.archive.org/web/2020/http:/a.example/x": ("archive", INNER),
    "https://web.archive.org/web/2020/a.shop.com/x": ("archive", "http://a.shop.com/x"),
    "https://web.archive.org/": ("archive", None),
    "https://archive.ph/abcde": ("archive", None),
    "https://archive.today/newest/http://a.example/x": ("archive", INNER),
    "https://archive.is/20200101/http://a.example/x": ("archive", INNER),
    "https://translate.google.com/translate?sl=ru&tl=en&u=http%3A%2F%2Fa.example%2Fx": ("mirror", INNER),
    "https://a-shop-com.translate.goog/x?_x_tr_sl=ru&_x_tr_sch=http&b=1": ("mirror", "http://a.shop.com/x?b=1"),
    "https://my--page-shop-com.translate.goog/": ("mirror", "https://my-page.shop.com/"),
    "http://webcache.googleusercontent.com/search?q=cache:AbC-1:http://a.example/x": ("mirror", INNER),
    "http://webcache.googleusercontent.com/search?q=cache:AbC-1:a.example/x+words": ("mirror", "https://a.example/x"),
    "https://www-shop-com.cdn.ampproject.org/c/s/www.shop.com/x": ("mirror", "https://www.shop.com/x"),
    "https://www-shop-com.cdn.ampproject.org/c/www.shop.com/x": ("mirror", "http://www.shop.com/x"),
    "https://12ft.io/http://a.example/x": ("mirror", INNER),
    f"https://{ONION.removesuffix('.onion')}.onion.ly/x?b": ("mirror", f"http://{ONION}/x?b"),
    f"https://{ONION.removesuffix('.onion')}.tor2web.io/": ("mirror", f"http://{ONION}/"),
    "https://onion.ly/": ("mirror", None),
    "https://wrong.onion.ly/": ("mirror", None),
    "https://www.google.com/search?q=x": ("search", None),
    "https://www.google.co.uk/": ("search", None),
    "https://google.be/search": ("search", None),
    "https://www.google.be/url?sa=t&q=http%3A%2F%2Fa.example%2Fx": ("search", INNER),
    "https://www.google.com/imgres?imgurl=http%3A%2F%2Fa.example%2Fx&x=1": ("search", INNER),
    "https://docs.google.com/document/x": ("page", None),
    "https://www.bing.com/images/search?q=x": ("search", None),
    "https://duckduckgo.com/?q=x": ("search", None),
    "https://yandex.ru/search/?text=x": ("search", None),
    "https://disk.yandex.ru/d/x": ("page", None),
    "https://images.search.yahoo.com/search/images?p=x": ("search", None),
}


@pytest.mark.parametrize("text", TABLE)
def test_an_address_is_recognised(text: str) -> None:
    found = recognised(address_of(text))
    assert (found.kind, str(found.inner) if found.inner else None) == TABLE[text]


def test_every_kind_is_seen() -> None:
    assert {kind for kind, _inner in TABLE.values()} == set(KINDS)
    assert all(len(kind) <= 12 for kind in KINDS), "as long as a page's column"


def test_another_table_makes_other_kinds() -> None:
    known = {"shortener": [{"hosts": ["a.example"], "inner": "parameter to"}]}
    assert recognised(address_of("https://www.a.example/?to=b.example"), known) == Recognised(
        "shortener", address_of("https://b.example")
    )
    assert recognised(address_of("https://bit.ly/x"), known) == Recognised(PAGE)


HOSTS = [host for rules in table("known_hosts").values() for rule in rules for host in rule.get("hosts", ())]


@given(st.sampled_from([*HOSTS, "www.google.com", "yandex.ru"]), st.text(max_size=40), st.text(max_size=40))
def test_whatever_a_known_host_is_asked_for_it_is_recognised_without_a_fault(host: str, path: str, query: str) -> None:
    try:
        address = address_of(f"https://a-b.{host}/{path}?u={query}&q={query}")
    except Invalid:
        return
    found = recognised(address)
    assert found.kind in KINDS
    assert found.inner is None or address_of(str(found.inner)) == found.inner
