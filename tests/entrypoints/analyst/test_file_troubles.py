"""Whatever the rooms write down of a file that can't be taken in, French and Dutch pages say: found in their source."""

import ast
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from django.utils.translation import override

import havre
from havre.cases.models import Item, Outcome
from havre.entrypoints.analyst.fact_words import FACTS
from havre.entrypoints.analyst.file_troubles import ALLOWED, INTAKES, LIBRARIES, ON_LISTS, ROOMS
from havre.entrypoints.analyst.log_words import ACTS
from havre.entrypoints.analyst.troubles import FORMS, NUMBERS, PLACE, in_words
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.media.decode.sandbox import BOOT
from havre.media.models import Medium
from havre.settings import Settings
from tests.cast import node
from tests.sources import lay, picture
from tests.web import visiting

HAVRE = Path(havre.__file__).parent

WRITING = (
    *("media/look", "media/sources", "media/keep", "media/keys", "media/spool", "media/store", "sealing/envelope"),
    *(f"media/decode/{file.stem}" for file in sorted((HAVRE / "media" / "decode").glob("*.py"))),
    *(
        "flows/archives",
        "flows/brought",
        "flows/feed_self",
        "flows/home",
        "flows/intake",
        "flows/judging",
        "flows/listed",
    ),
    *("flows/platform_tips", "flows/taking", "flows/tend_feeds", "flows/watch", "flows/work"),
)
"""Modules in whose source a reason may stand; what has a space in it and is none is named in NO_REASON."""

LISTS = ("hashlist", "icse", "jsonstream", "table", "vics", "vics_media")
"""Readers of lists, whose reasons for refusing an entry are those of an item."""

NO_REASON = {
    "media/keep": {
        "SELECT 1 FROM {} WHERE unit_id = %s AND sha256 = %s",
        "only a digested file of a known kind becomes a medium",
    },
    "media/keys": {"line {} of {}", "the key command"},
    "media/decode/answers": {"not media"},
    "media/decode/confine": {
        *("empty file tree", "ends with its parent", "no capabilities", "no new privileges", "no root user"),
        *("not traceable", "resource limits"),
    },
    "media/decode/facts": {r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)", "{} refused"},
    "media/decode/filmfacts": {"{} refused", "{} {}"},
    "media/decode/films": {
        *("part of the sound", "the beginning of the picture", "{} cannot be decoded: {}"),
        *("stopped after", "{} {}", "{} × {}"),
    },
    "media/decode/opening": {"a film opens no other file"},
    "media/decode/payload": {r"bytes[ \t]+([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})"},
    "media/decode/reading": {"a place before the beginning"},
    "media/decode/sandbox": {BOOT, ", a forbidden system call", ", a memory fault"},
    "media/decode/worker": {"not media", "{}: {}"},
    "flows/archives": {"nested archive"},
    "flows/brought": {"upload {}"},
    "flows/feed_self": {"list {}", "list unreviewed"},
    "flows/intake": {"intake {} of case {}", "take in material"},
    "flows/judging": {"intake {} of case {}"},
    "flows/listed": {"listed without its bytes", "{}: {}"},
    "flows/platform_tips": {"read reports", "report {}", "report {} of a platform", "{} {}"},
    "flows/tend_feeds": {"lists of {}", "subscriber {} of lists"},
    "flows/watch": {"another process has this very name", "it works", "work that an intake left for later"},
    "flows/work": {"another process has this very name", "judged again", "work on what was left for later"},
}
"""What is read by nobody on a page, is an error of whoever programs, or a part of a sentence."""

READ_ALL_THE_SAME = {
    "hashlist": {"hash of a wrong length", "hash of {} characters"},
    "icse": {
        *("; \t,", "File Available", "Image ID", "Investigation name", "Is distributed", "Media Type"),
        *("Number of submissions", "Offender identified", "Series name", "Victim identified"),
        *("not judged pertinent", "value of a wrong type"),
    },
    "jsonstream": {r"[ \t\r\n]*"},
    "table": {"extra column", "extra empty column", "label that no scheme has", "missing column"},
    "vics": {
        *("TotalMediaFiles disagrees", "context of no known form"),
        *("list without an envelope", "not stated, read as {}", "one field twice", "one thing where a list belongs"),
        *("something after the end of the document", "value of a wrong type"),
    },
    "vics_media": {
        *("IsPrecategorized without a category", "PhotoDNA among the alternative hashes", "category not understood"),
        *("category that the region's scheme does not have", "field names in other capitals"),
        *("field that VICS does not have", "file name or times directly on Media", "label and category disagree"),
    },
}
"""What readers of lists count, and tell on the command line: no entry is refused for it."""

PUT_TOGETHER = {
    "%(place)s states another %(one)s and %(other)s",
    "%(place)s states another MD5 and SHA-1 and SHA-256",
    "byte %(byte)s: %(why)s",
    "entry %(number)s, byte %(byte)s: %(why)s",
    "entry %(number)s: %(why)s",
    "line %(number)s: %(why)s",
    "the beginning of the picture cannot be decoded: %(why)s",
    "the decoder was killed by %(signal)s, a forbidden system call",
    "the decoder was killed by %(signal)s, a memory fault",
}
"""Sentences that stand in no source as a whole."""


def texts(tree: ast.AST) -> Iterator[str]:
    """The texts of a module that are no docstrings and no annotations, with {} where a value is put in."""
    passed = {id(part.value) for part in ast.walk(tree) if isinstance(part, ast.Expr)}
    for part in ast.walk(tree):
        if isinstance(part, ast.JoinedStr):
            passed |= {id(each) for each in ast.walk(part) if each is not part}
        if isinstance(part, ast.JoinedStr) and id(part) not in passed:
            yield "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in part.values)
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in passed:
            yield part.value


@cache
def sentences(module: str) -> frozenset[str]:
    """What of them may be a sentence: facts have words of their own, and so have acts in the log."""
    found = {text for text in texts(ast.parse((HAVRE / f"{module}.py").read_text("utf-8"))) if " " in text.strip()}
    return frozenset(each for each in found if each not in FACTS and each not in ACTS and " | None" not in each)


def written(text: str) -> str:
    """As it would be kept, with a 7 wherever something stands."""
    return PLACE.sub("7", text.replace("{}", "7"))


def unsaid(found: set[str] | frozenset[str]) -> set[str]:
    """Those of them that French or Dutch says in English."""
    missing = set[str]()
    for language in ("fr", "nl"):
        with override(language):
            missing |= {text for text in found if in_words(written(text)) == written(text)}
    return missing


@pytest.mark.parametrize("module", WRITING)
def test_every_reason_that_a_room_writes_down_is_said_in_each_language(module: str) -> None:
    assert unsaid(sentences(module)) == NO_REASON.get(module, set())


@pytest.mark.parametrize("reader", LISTS)
def test_so_is_every_reason_for_which_an_entry_of_a_list_is_refused(reader: str) -> None:
    assert unsaid(sentences(f"matches/formats/{reader}")) == READ_ALL_THE_SAME[reader]


def test_a_reason_that_nobody_translated_is_found() -> None:
    assert unsaid({"the moon is too bright", "{} is too bright", "link: not followed"}) == {
        *("the moon is too bright", "{} is too bright"),
    }


def test_every_sentence_is_recognised_by_itself_and_keeps_what_stands_in_it() -> None:
    for sentence in (*ALLOWED, *ON_LISTS, *ROOMS, *INTAKES, *LIBRARIES):
        values = {name: "7" if name in NUMBERS else f"<{name}>" for name in PLACE.findall(sentence)}
        kept = sentence % values
        assert next(each for each, form in FORMS.items() if form.values(kept)) == sentence
        for language in ("fr", "nl"):
            with override(language):
                said = in_words(kept)
            assert said != kept
            assert all(value in said for value in values.values()), said


WHOLE = [written(text) for module in WRITING for text in sentences(module)]
WHOLE += [written(text) for reader in LISTS for text in sentences(f"matches/formats/{reader}")]
WHOLE += [
    written(text) for module in ("feeds/rules", "flows/feed_content", "flows/feed_self") for text in sentences(module)
]


def test_no_sentence_stays_in_the_tables_that_nobody_writes_any_more() -> None:
    assert {
        each for each in (*ON_LISTS, *ROOMS, *INTAKES) if not any(FORMS[each].values(text) for text in WHOLE)
    } == PUT_TOGETHER


REFUSED = {
    "empty.jpg": b"",
    "notes.txt": b"only words " * 20,
    "cut.zip": b"PK\x03\x04" + bytes(60),
    "bare.jpg": b"\xff\xd8\xff\xe0",
    "huge.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (1 << 20).to_bytes(4) * 2 + bytes(40),
}


def test_the_page_of_what_was_left_out_and_that_of_a_damaged_medium_are_in_the_readers_language(
    database: Settings, tmp_path: Path
) -> None:
    with node(database) as here:
        open_dossier(here.home, here.anke, "A", "a warrant", "a test")
        source = lay(tmp_path / "in", {**REFUSED, "torn.jpg": picture(1)[:-400]})
        (source / "elsewhere.jpg").symlink_to(source / "torn.jpg")
        intake = take_in(here.home, here.anke, "A", str(source), workers=1).intake
        damaged = Medium.objects.exclude(damage="").get()
        reasons = set(intake_reasons(intake)) | {damaged.damage}
        assert len(reasons) >= 7
        browser = visiting(here, here.bram.person)
        for language in ("fr", "nl"):
            browser.post("/language", {"language": language})
            read = "".join(
                unescape(browser.get(address).text)
                for address in (f"/intakes/{intake}/refused", f"/intakes/{intake}/quarantined", f"/media/{damaged.pk}")
            )
            with override(language):
                said = {reason: in_words(reason) for reason in reasons}
            assert {reason for reason, words in said.items() if words == reason or words not in read} == set()
            assert {reason for reason in reasons if f"<td>{reason}" in read or f"<dd>{reason}" in read} == set()
        browser.post("/language", {"language": "en"})
        assert f"<dd>{damaged.damage}" in unescape(browser.get(f"/media/{damaged.pk}").text)


def intake_reasons(number: int) -> list[str]:
    """Why files of an intake were left out, as it was written down."""
    left = Item.objects.filter(intake=number, outcome__in=(Outcome.REFUSED, Outcome.QUARANTINED))
    return list(left.values_list("reason", flat=True))
