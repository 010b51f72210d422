"""XML from outside stays within its bounds, and brings no entities."""

import pytest

from havre.cybertip import tree
from havre.cybertip.tree import DEEPEST, MOST_ATTRIBUTES, Node, is_xml, tree_of
from havre.errors import Invalid

BOMB = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><report>&b;</report>'
OUTSIDE = b'<!DOCTYPE r SYSTEM "http://site.example/r.dtd"><report/>'


def test_a_tree_has_names_attributes_and_text() -> None:
    found = tree_of(b'<r xmlns="urn:x" a="1">one<b>two</b>three</r>')
    assert found == Node("r", {"a": "1"}, "onethree", [Node("b", {}, "two")])


@pytest.mark.parametrize("bomb", [BOMB, OUTSIDE, b"<!DOCTYPE r><r/>"])
def test_document_types_and_entities_are_refused(bomb: bytes) -> None:
    with pytest.raises(Invalid, match="document type or entities"):
        tree_of(bomb)


@pytest.mark.parametrize("deep", [DEEPEST, DEEPEST + 1])
def test_depth_has_a_limit(deep: int) -> None:
    data = b"<a>" * deep + b"</a>" * deep
    if deep == DEEPEST:
        assert tree_of(data).name == "a"
        return
    with pytest.raises(Invalid, match="inside one another"):
        tree_of(data)


def test_number_and_size_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST_ELEMENTS", 10)
    monkeypatch.setattr(tree, "MOST_BYTES", 200)
    assert len(tree_of(b"<a>" + b"<b/>" * 9 + b"</a>").inside) == 9
    with pytest.raises(Invalid, match="more than 10 elements"):
        tree_of(b"<a>" + b"<b/>" * 10 + b"</a>")
    with pytest.raises(Invalid, match="more than 200 bytes"):
        tree_of(b"<a>" + b" " * 200 + b"</a>")
    many = " ".join(f"a{number}='1'" for number in range(MOST_ATTRIBUTES + 1))
    monkeypatch.setattr(tree, "MOST_BYTES", 10_000)
    with pytest.raises(Invalid):
        tree_of(f"<a {many}/>".encode())


@pytest.mark.parametrize(
    "data", [b"", b"<a>", b"<a></b>", b"no", b"<?xml version='1.0' encoding='utf-7'?><a/>", b"<a/>x"]
)
def test_what_is_no_xml_says_so(data: bytes) -> None:
    with pytest.raises(Invalid):
        tree_of(data)


def test_xml_is_known_by_its_beginning() -> None:
    assert [is_xml(each) for each in (b"\n <report/>", "\ufeff<r/>".encode(), "<r/>".encode("utf-16"))] == [True] * 3
    assert [is_xml(each) for each in (b"", b'{"a": 1}', b"url,text\n<")] == [False] * 3
