"""What another's list is asked next, wherever somebody stopped, and whatever moments its pages claim."""

from urllib.parse import parse_qs, urlsplit

import pytest

from havre.errors import Invalid
from havre.hashlists.stretch import A_LITTLE, NEXT_HOLDS, Stretch, begun, behind, question
from havre.hashlists.told import PageTold

BASE = "https://lists.example/v1"
NOW = 1_700_000_000


def asked(kind: str, stretch: Stretch) -> tuple[str, dict[str, list[str]]]:
    parts = urlsplit(question(kind, BASE + "/", stretch))
    assert f"{parts.scheme}://{parts.netloc}" == "https://lists.example"
    return parts.path, parse_qs(parts.query)


def test_each_list_is_asked_in_its_own_way_from_the_beginning() -> None:
    stretch = begun(Stretch(), NOW)
    ends = "2023-11-14T22:13:15Z"
    assert asked("ncmec", stretch) == ("/v1/v2/entries", {"from": ["1970-01-01T00:00:00Z"], "to": [ends]})
    assert asked("stopncii", stretch) == ("/v1/FetchHashes", {"startTimestamp": ["10"], "pageSize": ["800"]})
    path, query = asked("threatexchange", stretch)
    assert (path, query["start_time"]) == ("/v1/threat_updates/", ["0"])
    assert asked("hma", stretch) == ("/v1", {"limit": ["1000"]})


def test_within_a_stretch_the_list_leads_on() -> None:
    more = Stretch(next="/v2/entries?start=2", next_at=NOW)
    assert question("ncmec", BASE, more) == f"{BASE}/v2/entries?start=2"
    assert asked("stopncii", Stretch(since=77, next="t&1"))[1]["nextPageToken"] == ["t&1"]
    there = "https://lists.example/elsewhere?after=1"
    assert question("threatexchange", BASE, Stretch(next=there)) == there
    assert asked("hma", Stretch(next="1.2"))[1]["after"] == ["1.2"]


@pytest.mark.parametrize(
    ("kind", "following"),
    [
        ("ncmec", "@evil.example/v2/entries?x"),
        ("ncmec", "https://evil.example/v2/entries?x"),
        ("threatexchange", "https://evil.example/v1/threat_updates/"),
        ("threatexchange", "http://lists.example/v1/threat_updates/"),
    ],
)
def test_no_list_leads_elsewhere(kind: str, following: str) -> None:
    with pytest.raises(Invalid, match="none of its own"):
        question(kind, BASE, Stretch(next=following))


def test_a_stretch_that_was_left_is_gone_on_with_and_after_half_a_day_begun_anew() -> None:
    left = Stretch(100, 200, "/v2/entries?start=2", NOW, newest=150)
    assert begun(left, NOW + NEXT_HOLDS) == left
    later = NOW + NEXT_HOLDS + 1
    assert begun(left, later) == Stretch(100, later - A_LITTLE)


def test_ncmecs_stretch_is_over_at_its_end_alone_whatever_moments_its_pages_claim() -> None:
    stretch = begun(Stretch(since=100), NOW)
    within = behind(stretch, PageTold((), "/v2/entries?start=2", newest=NOW + 999), "ncmec", NOW)
    assert (within.since, within.until, within.next) == (100, NOW - A_LITTLE, "/v2/entries?start=2")
    assert behind(within, PageTold((), "", newest=5), "ncmec", NOW) == Stretch(NOW - A_LITTLE)


def test_other_lists_say_from_when_on_to_ask_and_never_earlier() -> None:
    first = behind(Stretch(100), PageTold((), "t", newest=300), "stopncii", NOW)
    assert behind(first, PageTold((), "", newest=250), "stopncii", NOW) == Stretch(300)
    assert behind(Stretch(400), PageTold((), "", newest=250), "threatexchange", NOW) == Stretch(400)
    assert behind(Stretch(0, NOW), PageTold((), "", newest=0), "hma", NOW) == Stretch(0)
