"""A proxy is named as others name it; what is none is refused without saying its password."""

import pytest

from havre.errors import Invalid
from havre.subscription.proxy import Proxy, proxy_for, proxy_of

FEED = "https://feeds.example/platform"
PROXY = "http://proxy.example:3128"


def test_a_proxy_has_a_place_and_what_it_wants_to_see() -> None:
    assert proxy_of("") is None
    assert proxy_of(PROXY) == proxy_of("proxy.example:3128") == Proxy("proxy.example", 3128, {})
    named = proxy_of("http://anke:a%3Ab@[::1]:3128/?authorities=/etc/ca.pem")
    assert named == Proxy("::1", 3128, {"Proxy-Authorization": "Basic YW5rZTphOmI="}, "/etc/ca.pem")


@pytest.mark.parametrize(
    "text",
    [
        *("https://anke:secret@proxy.example:3128", "socks5://proxy.example:1080", "http://proxy.example", "proxy"),
        *("http://proxy.example:0", "http://proxy.example:99999", "http://:3128", "http://proxy.example:3128/path"),
        *("http://pro xy.example:3128", "http://proxy.example:3128\r\nX: 1", "http://[::1:3128"),
    ],
)
def test_what_is_no_proxy_is_refused_and_its_password_not_said(text: str) -> None:
    with pytest.raises(Invalid, match="a proxy is named as") as refused:
        proxy_of(text)
    assert "secret" not in str(refused.value)


def test_the_environment_names_a_proxy_unless_it_names_the_feed_too() -> None:
    assert proxy_for(FEED, "", {}) == ""
    assert proxy_for(FEED, "", {"HTTPS_PROXY": PROXY}) == proxy_for(FEED, PROXY, {"HTTPS_PROXY": "other"}) == PROXY
    assert proxy_for(FEED, "", {"https_proxy": PROXY, "HTTPS_PROXY": "other", "HTTP_PROXY": "other"}) == PROXY
    for without in ("*", "feeds.example", ".example", "*.example", "a.example, example", "feeds.example:443"):
        assert proxy_for(FEED, "", {"HTTPS_PROXY": PROXY, "NO_PROXY": without}) == ""
        assert proxy_for(FEED, PROXY, {"NO_PROXY": without}) == PROXY
    for without in ("", ",", "eeds.example", "feeds.example.org", "a.feeds.example"):
        assert proxy_for(FEED, "", {"HTTPS_PROXY": PROXY, "no_proxy": without}) == PROXY
    assert proxy_for("http://127.0.0.1:8080/x", "", {"HTTPS_PROXY": PROXY}) == ""
