import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.matches.formats.labels import labels, pertinent, scheme
from havre.matches.formats.record import Entry
from havre.matches.formats.vics import read
from havre.matches.formats.vics_write import write_vics2, write_vics13
from tests.matches.formats.reading import Reading, read_all
from tests.matches.formats.samples import PDQ, digest

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20).filter(
    lambda words: words.strip() == words != ""
)
NAMES = st.from_regex(r"[a-z0-9]{1,8}(\.jpg)?", fullmatch=True)
MOMENTS = st.datetimes().filter(lambda at: at.year > 1).map(lambda at: at.isoformat() + "Z")
HEX = "0123456789abcdef"


def hexes(digits: int) -> st.SearchStrategy[str]:
    return st.text(HEX, min_size=digits, max_size=digits).filter(lambda text: len(set(text)) > 1)


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


FACTS_13: dict[str, st.SearchStrategy[Any]] = {
    "media_id": st.integers(0, 2**31 - 1),
    "size": st.integers(0, 2**62),
    "victim_identified": st.booleans(),
    "is_distributed": st.booleans(),
    "comments": WORDS,
    "series": WORDS,
    "tags": st.lists(WORDS, min_size=1, max_size=3),
    "mime": st.just("image/jpeg"),
    "date_updated": MOMENTS,
    "photodna": st.binary(min_size=144, max_size=144).map(bytes.hex),
    "exifs": st.lists(st.fixed_dictionaries({"name": WORDS, "value": WORDS}), min_size=1, max_size=3),
    "alternative_hashes": st.just([{"name": "TMK", "value": "abc"}]),
}
FACTS_2 = {
    **FACTS_13,
    "segments": st.just([{"index": 1, "start": "0", "end": "9.5", "category": "2"}]),
    "metadata": st.just([{"name": "n", "value": "v"}]),
    "identifiers": st.just([{"Name": "somebody", "IdentifierType": "nick"}]),
    "self_generated": st.booleans(),
}


@st.composite
def an_entry(draw: st.DrawFn, facts: dict[str, st.SearchStrategy[Any]], *, is_2: bool) -> Entry:
    """An entry that the format can carry whole, as its reader gives it."""
    category, sha256, pdq = draw(st.sampled_from("01235")), draw(st.none() | hexes(64)), draw(st.none() | hexes(64))
    label = scheme("vics-us").read(category)
    if is_2:
        finer = [None, *(name for name in labels() if pertinent(name) is pertinent(label))] if label else labels()
        label = draw(st.sampled_from([label, *(name for name in finer if name and pertinent(name) is not None)]))
        if scheme("vics-us").write(label) != category and scheme("vics-us").read(category) != label:
            category = scheme("vics-us").write(label)
    held = draw(optional(**facts))
    paths: list[str] = []
    if draw(st.booleans()):
        paths.append("files/" + draw(NAMES))
        held["file"] = paths[0]
    if draw(st.booleans()):
        one = {"name": draw(NAMES), "path": "C:/" + draw(NAMES), "created": draw(MOMENTS)}
        held["media_files"] = [one]
        paths.append(one["path"] if one["path"].endswith("/" + one["name"]) else f"{one['path']}/{one['name']}")
    held["is_precategorized"] = category != "0"
    quality = draw(st.none() | st.integers(0, 100)) if pdq and is_2 else None
    sha1 = draw(st.none() | hexes(40))
    return Entry("", draw(hexes(32)), sha1, sha256, pdq, quality, label, category, tuple(paths), held)


def placed(entries: list[Entry]) -> list[Entry]:
    return [
        Entry(f"entry {number}", *(getattr(entry, name) for name in Entry.__slots__[1:]))
        for number, entry in enumerate(entries, start=1)
    ]


def written(entries: list[Entry], write: Any) -> Reading:
    out = io.BytesIO()
    assert write(iter(entries), out).written == len(entries)
    return read_all(read, out.getvalue())


@given(st.lists(an_entry(FACTS_2, is_2=True), max_size=3))
def test_what_is_written_as_2_0_is_read_back_equal(entries: list[Entry]) -> None:
    found = written(entries, write_vics2)
    assert (found.entries, found.bad) == (placed(entries), [])


@given(st.lists(an_entry(FACTS_13, is_2=False), max_size=3))
def test_what_is_written_as_1_3_is_read_back_equal(entries: list[Entry]) -> None:
    found = written(entries, write_vics13)
    assert (found.entries, found.bad) == (placed(entries), [])
    assert found.summary.about["version"] == "1.3"


@pytest.mark.parametrize("region", ["US", "UK"])
@pytest.mark.parametrize("label", [None, "pertinent", "not-pertinent", "baseline", "us-generated", "uk-b"])
def test_a_label_of_any_scheme_comes_back_from_2_0_in_any_region(region: str, label: str | None) -> None:
    found = written([Entry("", digest(0), label=label)], lambda e, out: write_vics2(e, out, region=region))
    assert found.entries[0].label == label


def test_pertinent_of_no_scheme_is_written_as_the_weakest_category_that_says_so() -> None:
    out = io.BytesIO()
    write_vics2([Entry("", digest(0), label="pertinent", pdq=PDQ, pdq_quality=90)], out, region="UK")
    document = json.loads(out.getvalue())
    assert document["@odata.context"].endswith("2.0.xml/UK/$metadata#Media")
    assert document["value"] == [
        {
            "MD5": digest(0),
            "Category": 3,
            "IsPrecategorized": True,
            "AlternativeHashes": [{"MD5": digest(0), "HashName": "PDQ", "HashValue": PDQ}],
            "MediaMetadata": [
                {"PropertyName": "PDQQuality", "PropertyValue": "90"},
                {"PropertyName": "HavreLabel", "PropertyValue": "pertinent"},
            ],
        }
    ]


def test_an_entry_without_an_md5_is_left_out_and_counted() -> None:
    out = io.BytesIO()
    done = write_vics13([Entry("", sha1="0123456789" * 4), Entry("", digest(1))], out)
    assert (done.written, done.left_out) == (1, {"no MD5, which VICS cannot do without": 1})
    with pytest.raises(Invalid, match="region"):
        write_vics2([], out, region="CUSTOM")
