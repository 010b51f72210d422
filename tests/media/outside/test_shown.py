"""Nothing that a page shows is lost without a word, however the page is written."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.media.outside.shown import LONGEST_LINK, MOST_LINKS, MOST_READ, SHORT, is_page, shown, sizes

AT = "https://site.example/a/"
PIECES = (
    *(
        "<img src=",
        "<base href=",
        "<source srcset=",
        "<video poster=",
        "'",
        '"',
        ">",
        " ",
        "<",
        "</",
        "<!--",
        "<![",
        "<?",
    ),
    *(
        "http://[x",
        "http://[::1",
        "//[",
        "http://a]b",
        "data:x",
        "javascript:1",
        "/a.png",
        ",",
        " 2x",
        "&#xd800;",
        "\ud800",
    ),
    *("&", "\x00", "\n", "<script>", "<svg/onload=", "http://é.example/", "?#", "<![CDATA[", "<!DOCTYPE"),
)


def test_a_link_that_is_none_hides_nothing_behind_it() -> None:
    found = shown(b"<img src=/a.png><img src='http://[x'><img src=/b.png>", AT)
    assert found.links == ["https://site.example/a.png", "https://site.example/b.png"]
    assert found.missed == {"http://[x": "broken"}
    assert found.unread == ""


def test_what_stands_in_the_page_and_what_is_too_long_is_told() -> None:
    long = "/" + "x" * LONGEST_LINK
    found = shown(f"<img src='data:image/png;base64,AAAA'><img src='{long}'><img src=c.png>".encode(), AT)
    assert found.links == ["https://site.example/a/c.png"]
    assert found.missed == {"data:image/png;base64,AAAA": "inline", long[:SHORT]: "long"}


@pytest.mark.parametrize("base", ["https://cdn.example/x/", "//cdn.example/x/", "HTTPS://cdn.example/x/y"])
def test_a_page_may_say_where_its_links_begin(base: str) -> None:
    found = shown(f"<img src=a.png><base href='{base}'><base href=/no/><img src=/b.png>".encode(), AT)
    assert [link.lower() for link in found.links] == ["https://cdn.example/x/a.png", "https://cdn.example/b.png"]


def test_a_base_that_is_none_is_left_alone() -> None:
    assert shown(b"<base href='http://[x'><img src=b.png>", AT).links == ["https://site.example/a/b.png"]


@pytest.mark.parametrize(
    ("srcset", "named"),
    [
        ("a.png", ["a.png"]),
        ("a.png 1x, b.png 2x", ["a.png", "b.png"]),
        ("a.png, b.png 2x", ["a.png", "b.png"]),
        ("a.png 1x,b.png 2x", ["a.png", "b.png"]),
        ("a,b.png 100w 50h , c.png", ["a,b.png", "c.png"]),
        (" ,, a.png,, ,", ["a.png"]),
        (", ,", []),
    ],
)
def test_every_size_of_a_picture_is_named(srcset: str, named: Sequence[str]) -> None:
    assert list(sizes(srcset)) == named


def test_a_picture_in_several_sizes_is_shown_in_all_of_them() -> None:
    found = shown(b"<picture><source srcset='a.png 1x, b.png 2x'><img src=c.png srcset='d.png 2x'></picture>", AT)
    assert [link.rpartition("/")[2] for link in found.links] == ["a.png", "b.png", "c.png", "d.png"]


def test_a_page_shows_no_more_than_is_asked_for_and_each_thing_once() -> None:
    found = shown("".join(f"<img src={place % 300}.png>" for place in range(1_000)).encode(), AT)
    assert (len(found.links), found.links[0], found.more) == (MOST_LINKS, "https://site.example/a/0.png", 100)
    inline = shown("".join(f"<img src='data:{place}'>" for place in range(300)).encode(), AT)
    assert (len(inline.missed), inline.more) == (MOST_LINKS, 100)


def test_what_is_not_read_of_a_page_is_told() -> None:
    assert shown(b"<img src=a.png>" + b" " * MOST_READ, AT).to_json() == {
        "links": ["https://site.example/a/a.png"],
        "missed": {},
        "more": 0,
        "unread": "large",
    }
    assert shown("<img src=a.png>".encode("utf-16"), AT).links == ["https://site.example/a/a.png"]
    assert shown("<img src=a.png>".encode("utf-16-le"), AT).unread == "letters"


@pytest.mark.parametrize(
    ("kind", "body", "page"),
    [
        ("text/html", b"\x89PNG", True),
        ("application/xhtml+xml", b"", True),
        ("text/plain", b"\x89PNG", False),
        ("", b"\x89PNG", False),
        ("", b" \n<!DOCTYPE html>", True),
        ("text/plain", b"\xef\xbb\xbf<p>", True),
        ("image/svg+xml", b"<svg>", False),
    ],
)
def test_a_file_of_which_nothing_is_said_is_no_page_unless_it_begins_like_one(
    kind: str, body: bytes, page: bool
) -> None:
    assert is_page(kind, body) is page


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40), st.sampled_from((AT, "http://a.example/")))
def test_no_page_breaks_the_reader(pieces: list[str], at: str) -> None:
    body = "".join(pieces).encode("utf-8", "surrogatepass")
    found = shown(body, at)
    assert len(found.links) <= MOST_LINKS
    assert all(len(link) <= LONGEST_LINK for link in found.links)
    assert (
        f"{AT}last.png" in shown(b"<img src='http://[x'>" + b"<img src=last.png>" + body, AT).links or b"<base" in body
    )
