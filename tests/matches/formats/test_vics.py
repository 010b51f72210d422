import base64
import json
import resource
from pathlib import Path

import pytest

from havre.errors import Invalid
from havre.matches.formats.jsonstream import MAX_ELEMENT
from havre.matches.formats.source import CHUNK
from havre.matches.formats.vics import read
from tests.matches.formats.reading import Reading, read_all
from tests.matches.formats.samples import (
    CONTEXT_2,
    MD5,
    PDQ,
    PHOTODNA,
    SHA1,
    SHA256,
    digest,
    document,
    media,
    vics2,
    vics2_cases,
    vics13,
)


def of(*held: dict[str, object], **options: object) -> Reading:
    return read_all(read, document(*held), **options)


def test_a_hash_set_gives_its_entries_with_labels_of_its_region() -> None:
    found = read_all(read, vics2())
    assert [(entry.md5, entry.category, entry.label) for entry in found.entries] == [
        (digest(0), "1", "us-abuse"),
        (digest(1), "1", "us-abuse"),
        (digest(2), None, None),
        (digest(3), "5", "us-non-pertinent"),
    ]
    assert found.summary.about["scheme"] == "vics-us"


def test_everything_an_entry_says_is_kept_in_one_form() -> None:
    entry = read_all(read, vics2()).entries[1]
    assert (entry.place, entry.sha1, entry.sha256, entry.pdq) == ("entry 2", SHA1, SHA256, PDQ)
    assert entry.paths == ("files/1.jpg", "C:/x/a.jpg")
    assert entry.facts == {
        "media_id": 1,
        "victim_identified": False,
        "is_precategorized": True,
        "is_distributed": True,
        "tags": ["beach", "boat"],
        "series": "Harbour",
        "comments": "seen twice",
        "date_updated": "2017-07-14T02:40:00Z",
        "photodna": PHOTODNA.hex(),
        "exifs": [{"name": "Make", "value": "Acme", "group": "IFD0"}],
        "media_files": [{"id": "1", "name": "a.jpg", "path": "C:/x"}],
        "file": "files/1.jpg",
    }


def test_every_defect_survived_is_counted_by_name() -> None:
    assert read_all(read, vics2()).summary.defects == {
        "bom": 1,
        "uppercase md5": 4,
        "backslash path": 8,
        "tags as one text": 1,
        "series as an object": 1,
        "time as /Date(ms)/": 1,
        "boolean as text": 1,
        "IsPrecategorized without a category": 1,
    }


def test_a_seizure_tells_its_case_and_is_not_believed_about_totals_or_files() -> None:
    found = read_all(read, vics2_cases())
    assert [entry.label for entry in found.entries] == ["uk-a"] * 3
    assert found.summary.about["cases"] == [{"CaseID": "c", "CaseNumber": "2024-7", "TotalMediaFiles": 9, "entries": 3}]
    counted = found.summary.defects
    assert counted["TotalMediaFiles disagrees"] == 1
    assert counted["several entries of one medium"] == 1
    assert counted["one file named by several entries"] == 1


def test_a_1_3_export_with_names_on_media_and_numbers_as_text_is_read() -> None:
    found = read_all(read, vics13())
    assert found.entries[0].facts["media_files"] == [{"name": "b.jpg", "created": "2020-01-02T03:04:05Z"}]
    assert (found.entries[0].facts["size"], found.entries[0].facts["media_id"]) == (123, 7)
    assert (found.summary.about["version"], found.summary.about["region"]) == ("1.3", "not stated, read as US")


@pytest.mark.parametrize("value", [base64.b64encode(PHOTODNA).decode(), PHOTODNA.hex(), PHOTODNA.hex().upper()])
def test_photodna_is_read_from_hex_and_base64_and_among_the_alternative_hashes(value: str) -> None:
    beside = [{"HashName": "PhotoDNA", "HashValue": value}]
    for entry in of(media(PhotoDNA=value), media(1, AlternativeHashes=beside)).entries:
        assert entry.facts["photodna"] == PHOTODNA.hex()


def test_a_region_somebody_chose_outweighs_the_document() -> None:
    assert of(media(Category=3), region="uk").entries[0].label == "uk-c"
    with pytest.raises(Invalid, match="region 'XX'"):
        of(region="XX")


def test_categories_of_a_region_of_its_own_judge_nothing() -> None:
    found = read_all(read, document(media(Category=1), region="CUSTOM"))
    assert (found.entries[0].label, found.entries[0].category) == (None, "1")
    assert found.summary.defects["category that the region's scheme does not have"] == 1


@pytest.mark.parametrize(
    ("wound", "reason"),
    [
        (b'"Category": }', "not JSON: expecting value"),
        (b'"Category": 1, "x" 2', "not JSON: expecting ':' delimiter"),
        (b'"Category": "\\q"', "not JSON: invalid \\escape"),
        (b'"Category": "open', "not closed before the file ends"),
        (b'"Category": [', "not JSON: expecting value"),
        (b'"Category": ' + b"9" * 5000, "not JSON: a number with too many digits"),
        (b'"Category": ' + b"[" * 5000 + b"]" * 5000, "nested too deeply"),
    ],
)
@pytest.mark.parametrize("before", [0, CHUNK])
def test_a_broken_entry_costs_itself_alone_wherever_the_window_stands(wound: bytes, reason: str, before: int) -> None:
    sound = document(*(media(number) for number in range(9)))
    broken = sound.replace(b'"MediaID": 4, ', wound + b', "MediaID": 4, ')
    broken = broken.replace(b'"value"', b'"x": "' + b"x" * before + b'", "value"')
    found = read_all(read, broken)
    assert [entry.md5 for entry in found.entries] == [digest(number) for number in range(9) if number != 4]
    at = broken.index(wound) - 1
    assert [(bad.place, bad.reason) for bad in found.bad] == [(f"entry 5, byte {at}", reason)]


@pytest.mark.parametrize("left", [30, 150, 230])
def test_of_a_cut_off_file_everything_before_the_cut_is_read_and_the_place_is_told(left: int) -> None:
    whole = document(*(media(number) for number in range(4)))
    cut = whole[: whole.index(b'"MediaID": 3') + left - 30]
    found = read_all(read, cut)
    assert len(found.entries) == 3
    assert found.summary.ended_early == whole.index(b'"MediaID": 3') - 1


def test_a_file_cut_between_two_entries_is_told_as_ended_early() -> None:
    whole = document(media(0), media(1))
    found = read_all(read, whole[:-2])
    assert (len(found.entries), found.bad, found.summary.ended_early) == (2, [], len(whole) - 2)


@pytest.mark.parametrize(
    ("fields", "defect"),
    [
        ({"MD5": MD5 + "0", "SHA1": SHA1}, "md5 of 33 characters"),
        ({"MD5": 7, "SHA1": SHA1}, "md5 of a wrong type"),
        ({"MD5": "d41d8cd98f00b204e9800998ecf8427e", "SHA1": SHA1}, "md5 of an empty file or of nothing"),
        ({"MD5": "g" * 32, "SHA1": SHA1}, "md5 with other than hex digits"),
        ({"RelativeFilePath": "../../etc/passwd"}, "path that leaves the folder"),
        ({"RelativeFilePath": "C:\\Windows\\x"}, "path that leaves the folder"),
        ({"Comments": "a\0b"}, "null byte"),
        ({"Comments": "\ud800"}, "invalid UTF-8"),
        ({"Comments": "x" * 70_000}, "text cut at 65536 characters"),
        ({"x": float("nan")}, "NaN or infinity"),
        ({"MediaFiles": "none"}, "value of a wrong type"),
        ({"DateUpdated": "soon"}, "time of unknown form, kept as text"),
        ({"IsPrecategorized": "perhaps"}, "value of a wrong type"),
        ({"PhotoDNA": "AAAA"}, "PhotoDNA not understood"),
        ({"Category": [1]}, "category not understood"),
        ({"Tags": {"a": 1}}, "value of a wrong type"),
    ],
)
def test_a_wrong_value_costs_itself_alone(fields: dict[str, object], defect: str) -> None:
    found = of({**media(), **fields})
    assert len(found.entries) == 1
    assert found.summary.defects[defect] == 1


def test_a_field_stated_twice_and_bytes_that_are_not_utf_8_are_survived() -> None:
    twice = document(media()).replace(b'"Category": 1', b'"Category": 5, "Category": 1, "Comments": "\xe9t\xe9"')
    found = read_all(read, twice)
    assert found.entries[0].facts["comments"] == "\ufffdt\ufffd"
    assert (found.summary.defects["one field twice"], found.summary.defects["invalid UTF-8"]) == (1, 1)


def test_an_entry_that_would_find_nothing_is_bad() -> None:
    found = of({"Category": 1}, media(MD5="x", RelativeFilePath="only/here.jpg"))
    assert [(bad.place, bad.reason) for bad in found.bad] == [("entry 1", "no digest, no PDQ and no file")]
    assert found.entries[0].facts["file"] == "only/here.jpg"


def test_an_entry_too_long_to_be_held_is_passed() -> None:
    found = of(media(0), media(1, Comments="x" * (MAX_ELEMENT + CHUNK * 2)), media(2))
    assert [entry.md5 for entry in found.entries] == [digest(0), digest(2)]
    assert [bad.reason for bad in found.bad] == ["too long or never closed"]


def test_field_names_in_other_capitals_a_bare_list_and_utf_16_are_read() -> None:
    folded = {name.lower(): value for name, value in media().items()}
    for data in (json.dumps([folded]).encode(), json.dumps({"value": folded}).encode("utf-16")):
        assert read_all(read, data).entries[0].md5 == digest(0)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[", b"[" * 100_000, b'{"CaseID":1,"Media":[' * 50_000, b"nonsense", b"\0", b'{"value":']
)
def test_what_is_no_document_ends_in_a_summary(data: bytes) -> None:
    assert read_all(read, data).entries == []


def test_a_large_set_is_read_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    line = json.dumps(media(Comments="c" * 2000)).encode()
    with path.open("wb") as file:
        file.write(b'{"@odata.context":"' + CONTEXT_2.format("US", "Media").encode() + b'","value":[')
        for number in range(20_000):
            file.write((b"," if number else b"") + line)
        file.write(b"]}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with path.open("rb") as file:
        good = sum(1 for _ in read(file)) - 1
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert good == 20_000
    assert grown < 20 * 1024  # KiB; the file has 45 MB
