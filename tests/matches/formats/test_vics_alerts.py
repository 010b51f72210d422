"""Alerts are read with every part that is bad told by its place, and written so that they read the same."""

import io
import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.matches.formats.record import BadEntry, Entry, Record, Summary
from havre.matches.formats.vics_alerts import KINDS, read, rows, trigger_of, write

MD5 = "0123456789abcdef0123456789abcdef"


def records(document: object) -> tuple[list[Entry], list[BadEntry], Summary]:
    """What a document holds, by kind; the totals always add up."""
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    found: list[Record] = list(read(io.BytesIO(text)))
    *parts, summary = found
    assert isinstance(summary, Summary)
    entries = [each for each in parts if isinstance(each, Entry)]
    bad = [each for each in parts if isinstance(each, BadEntry)]
    assert (summary.read, sum(summary.bad.values())) == (summary.good + len(bad), len(bad))
    return entries, bad, summary


def alert(**more: object) -> dict[str, object]:
    """An alert with one trigger."""
    trigger = {"TriggerID": "t", "TriggerType": "MD5", "TriggerValue": MD5.upper()}
    return {"AlertID": str(uuid4()), "Name": "Red box", "AlertTriggers": [trigger], **more}


def test_an_alert_as_another_system_writes_it() -> None:
    one = alert(Priority="9", Active="true", ExpiryDate="/Date(4102444800000)/", ContactName="C. Rossi")
    (found,), bad, summary = records({"@odata.context": "x#Alerts", "value": [one]})
    assert (bad, summary.read) == ([], 2)
    facts = found.facts
    assert (facts["priority"], facts["active"], facts["expires"]) == (9, True, "2100-01-01T00:00:00Z")
    assert facts["contact"] == {"name": "C. Rossi"}
    assert facts["triggers"] == [{"ref": "t", "kind": "md5", "value": MD5}]


def test_each_bad_part_is_told_by_its_place_and_costs_no_other() -> None:
    worse = [{"TriggerType": "PhotoDNA", "TriggerValue": "x"}, 7, {"TriggerType": "MD5", "TriggerValue": "zz"}]
    one = alert(AlertTriggers=[*alert()["AlertTriggers"], *worse])  # type: ignore[misc]
    entries, bad, _ = records([one, alert(AlertID="7"), alert(AlertTriggers=[]), "x"])
    assert len(entries) == 1
    assert [each.place for each in bad] == [
        *(f"entry 1, trigger {number}" for number in (2, 3, 4)),
        *("entry 2", "entry 3", "entry 4"),
    ]


def test_damage_is_passed_and_told() -> None:
    text = json.dumps({"value": [alert()]})[:-2] + ', {"AlertID": broken}, ' + json.dumps(alert()) + "]}"
    entries, bad, _ = records(text.encode())
    assert (len(entries), len(bad)) == (2, 1)


NAMES = st.sampled_from(["value", "AlertID", "AlertTriggers", "TriggerType", "TriggerValue", "Contact", "Priority"])
ANYTHING = st.recursive(
    st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner)
)


@given(st.binary(max_size=400) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_whatever_a_file_holds_it_is_read_to_its_end(text: bytes) -> None:
    records(text)


values = st.sampled_from(
    [("md5", MD5), ("pdq", MD5 * 2), ("place", "51.05,3.72,2"), ("word", "wall paper"), ("country", "BE")]
)


@given(st.lists(values, min_size=1, max_size=5), st.text(max_size=20), st.integers(0, 255))
def test_what_is_written_reads_the_same(triggers: list[tuple[str, str]], name: str, priority: int) -> None:
    said = " ".join("".join(each for each in name if each.isprintable() and not "\ud800" <= each <= "\udfff").split())
    listed = [{"ref": str(at), "kind": kind, "value": value} for at, (kind, value) in enumerate(triggers)]
    hit = {"ref": str(uuid4()), "percent": 92, "at": "2026-03-02T12:00:00Z", "reference": "BE-1", "organization": "P"}
    one = {
        "ref": str(uuid4()),
        "name": said,
        "description": "d",
        "priority": priority,
        "active": True,
        "expires": "2026-03-02T12:00:00Z",
        "reference": "r",
        "source": "s",
        "contact": {"name": "n"},
        "triggers": listed,
        "hits": [hit],
    }
    out = io.BytesIO()
    assert write([one], out).written == 1
    (found,), bad, _ = records(out.getvalue())
    assert (bad, found.facts) == ([], one)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_called_by_its_type_too(kind: str) -> None:
    value = {"md5": MD5, "sha1": MD5 + "00112233", "sha256": MD5 * 2, "pdq": MD5 * 2, "place": "1,2,3", "country": "be"}
    assert trigger_of(KINDS[kind], value.get(kind, "abc"))[0] == kind


def test_a_hash_is_known_by_its_length_and_nonsense_by_nothing() -> None:
    assert trigger_of("Hash", MD5) == ("md5", MD5)
    for kind, value in (("Hash", "ab"), ("MD5", MD5[1:]), ("Place", "91,0"), ("Word", "a\nb\x00"), ("?", "x")):
        with pytest.raises(Invalid):
            trigger_of(kind, value)


def test_rows_are_what_a_pipe_can_carry() -> None:
    text = json.dumps([alert()]).encode()
    assert [row["kind"] for row in rows(io.BytesIO(text))] == ["entry", "summary"]
