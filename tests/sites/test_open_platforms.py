"""Which platform an address is of."""

import json
from pathlib import Path

import pytest

from havre.errors import Invalid
from havre.sites.open_platforms import OWN, Platforms, platforms_of, read_platforms, shipped

OURS = {"version": "t-1", "list": [{"code": "pier", "name": "Pier", "domains": ["pier.example"], "marks": ["PIER:"]}]}


@pytest.fixture
def platforms() -> Platforms:
    """A list with one platform."""
    return read_platforms(OURS)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://pier.example/a", "pier"),
        ("http://M.PIER.EXAMPLE.:8080/a?b", "pier"),
        ("https://user:pier.example@cdn.pier.example/a", "pier"),
        ("https://proxy.example/?u=https%3A%2F%2Fpier.example%2Fa", "pier"),
        ("https://archive.example/web/2018/https://www.pier.example/a", "pier"),
        ("https://pier.example.evil.example/a", ""),
        ("https://notpier.example/a", ""),
        ("https://evil.example/pier.example", ""),
        ("https://pier.example@evil.example/", ""),
        ("pier.example", ""),
        ("", ""),
        ("https://", ""),
        ("https://evil.example\\pier.example/", ""),
    ],
)
def test_the_host_tells_the_platform_and_nothing_else_does(platforms: Platforms, address: str, code: str) -> None:
    assert platforms.of(address) == code
    assert platforms.of(address) == code  # what is remembered says the same


def test_texts_in_pictures_name_it_by_a_domain_or_a_mark(platforms: Platforms) -> None:
    assert platforms.in_text("from www.pier.example/anna, 2017") == "pier"
    assert platforms.in_text("PIER:0123") == "pier"
    assert platforms.in_text("a PIER: of stone. example") == ""


def test_a_home_may_hold_its_own_list(tmp_path: Path) -> None:
    assert platforms_of(tmp_path) is shipped()
    assert shipped().of("https://www.instagram.com/p/1") == "instagram"
    (tmp_path / OWN).parent.mkdir()
    (tmp_path / OWN).write_text(json.dumps(OURS))
    assert platforms_of(tmp_path).names == {"pier": "Pier"}
    for wrong in (
        "{",
        "[]",
        '{"version": "1"}',
        '{"version": "1", "list": [{"code": "a b", "name": "", "domains": []}]}',
    ):
        (tmp_path / OWN).write_text(wrong)
        with pytest.raises(Invalid):
            platforms_of(tmp_path)


def test_a_long_text_without_a_host_is_read_once() -> None:
    """Backwards and forwards for each of its letters, this would take hours."""
    assert shipped().in_text("a" * 500_000) == ""
    assert shipped().in_text("a" * 10_000 + "b.example, seen on www.vk.com.") == "vk"
