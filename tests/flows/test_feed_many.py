"""Many are proposed and confirmed at once; what can't be comes back with its place and why, and all adds up."""

import csv
from io import StringIO

import pytest

from havre.errors import Invalid, NotFound
from havre.feeds.models import Entry, State
from havre.flows.feed_many import (
    COLUMNS,
    Bad,
    Many,
    confirm_many,
    in_category,
    in_lines,
    in_series,
    propose_many,
    write_review,
)
from havre.media.models import Medium
from havre.series.models import Series
from tests.flows.fed import MADE, Fed


def digest(medium: Medium) -> str:
    return bytes(medium.sha256).hex()


def adds_up(told: Many) -> bool:
    return told.found == len(told.done) + told.taken_back + told.there + told.left + len(told.bad)


def reviewed(having_feed: Fed, *decisions: tuple[str, str]) -> list[str]:
    """The table as Bram filled it in, row by row."""
    out = StringIO()
    write_review(having_feed.node.home, having_feed.node.bram, out)
    rows = list(csv.DictReader(StringIO(out.getvalue())))
    filled = StringIO()
    writing = csv.DictWriter(filled, COLUMNS)
    writing.writeheader()
    for row, (decision, because) in zip(rows, decisions, strict=True):
        writing.writerow(row | {"decision": decision, "because": because})
    return filled.getvalue().splitlines(keepends=True)


def test_the_good_of_a_file_are_proposed_and_the_bad_come_back(having_feed: Fed) -> None:
    here = having_feed.node
    media = [having_feed.medium() for _ in range(3)]
    flat, generated = having_feed.medium(quality=10), having_feed.medium(facts=MADE)
    given = [*(digest(each) for each in (*media, flat, generated)), "ab" * 32, "no digits", digest(media[0])]
    told = propose_many(here.home, here.anke, list(in_lines(f"{each}\n" for each in given)), "national-be")
    assert (told.found, len(told.done), told.there, adds_up(told)) == (8, 3, 1, True)
    assert [each.place for each in told.bad] == ["line 4", "line 5", "line 6", "line 7"]
    assert ["quality" in told.bad[0].why, "machine" in told.bad[1].why] == [True, True]
    assert told.bad[2:] == [
        Bad("line 6", "ab" * 32, "there is no such medium"),
        Bad("line 7", "no", "a medium is named by 8 or more hex digits of its SHA-256"),
    ]
    assert Entry.objects.filter(state=State.PROPOSED, proposed_by=here.anke.person).count() == 3
    again = propose_many(here.home, here.anke, in_lines(map(digest, media)), "national-be")
    assert (again.found, again.there, again.done) == (3, 3, [])


def test_lines_may_be_a_table_with_a_header_and_comments() -> None:
    lines = ["\ufeffsha256,name\r\n", "\n", "# beaches\n", 'ab12,"x"\n', "  cd34 ; y\n", "ef56\tz"]
    assert list(in_lines(lines)) == [("line 4", "ab12"), ("line 5", "cd34"), ("line 6", "ef56")]
    assert list(in_lines(["ab12\n"])) == [("line 1", "ab12")]


def test_a_series_and_a_category_name_their_media(having_feed: Fed) -> None:
    here = having_feed.node
    one, other, flat = having_feed.medium(), having_feed.medium(), having_feed.medium(label="5")
    series = Series.objects.get(members__medium=one)
    assert in_series(here.anke, series.reference) == [(series.reference, digest(one))]
    with pytest.raises(NotFound):
        in_series(here.chiara, "S99")
    entry = having_feed.propose(one)
    category = entry.categories["BE"]
    found = list(in_category(here.home, here.anke, category))
    assert found == [(category, digest(one)), (category, digest(other))]
    assert digest(flat) not in [each for _place, each in found]
    assert list(in_category(here.home, here.anke, "no category")) == []
    assert propose_many(here.home, here.anke, iter(found), "national-be").done == [entry.number + 1]


def test_a_second_person_reads_a_table_and_what_it_says_is_done(having_feed: Fed) -> None:
    here = having_feed.node
    entries = [having_feed.propose(having_feed.medium()) for _ in range(5)]
    lines = reviewed(having_feed, ("yes", ""), ("No", "a beach"), ("", ""), ("no", ""), ("maybe", ""))
    assert next(csv.DictReader(lines))["sha256"] == digest(entries[0].medium)  # type: ignore[arg-type]
    told = confirm_many(here.home, here.bram, lines)
    assert (told.found, told.done, told.taken_back, told.left, adds_up(told)) == (5, [entries[0].number], 1, 1, True)
    assert [(each.place, each.why) for each in told.bad] == [
        ("row 5", "say why, in at most 1000 characters"),
        ("row 6", "a decision is yes or no"),
    ]
    states = list(Entry.objects.order_by("number").values_list("state", flat=True))
    assert states == ["confirmed", "retracted", "proposed", "proposed", "proposed"]
    again = confirm_many(here.home, here.bram, lines)
    assert (again.there, again.done, again.taken_back, adds_up(again)) == (2, [], 0, True)


def test_nobody_confirms_their_own_and_no_row_of_another_entry_counts(having_feed: Fed) -> None:
    here = having_feed.node
    for _ in range(2):
        having_feed.propose(having_feed.medium())
    lines = reviewed(having_feed, ("yes", ""), ("yes", ""))
    told = confirm_many(here.home, here.anke, lines)
    assert [("somebody else" in each.why, each.place) for each in told.bad] == [(True, "row 2"), (True, "row 3")]
    assert write_review(here.home, here.anke, StringIO()) == 0
    first, second = (line.split(",") for line in lines[1:])
    mixed = [lines[0], ",".join([second[0], *first[1:]]), ",".join(["99", *first[1:]]), ",".join(["", *first[1:]])]
    told = confirm_many(here.home, here.bram, [*mixed, "\r\n", "1,2\r\n", '"' + "x" * 200_000])
    assert [each.why for each in told.bad] == [
        "this row is of another medium than the entry of this number",
        "there is no entry of that number",
        "there is no entry of that number",
        "this row has not the columns of the first",
        "this row has not the columns of the first",
    ]
    assert not Entry.objects.exclude(state=State.PROPOSED).exists()
    for wrong in ([], ["number,decision\n"], ["\0"]):
        with pytest.raises(Invalid, match="has the columns"):
            confirm_many(here.home, here.bram, wrong)


def test_what_was_judged_otherwise_since_the_table_was_written_is_not_confirmed_by_it(having_feed: Fed) -> None:
    here = having_feed.node
    entry = having_feed.propose(having_feed.medium())
    lines = reviewed(having_feed, ("yes", ""))
    other = [line.replace(entry.categories["BE"], "another category") for line in lines]
    for table in (other, [line.replace(" ".join(entry.labels), "another label") for line in lines]):
        told = confirm_many(here.home, here.bram, table)
        assert [each.why for each in told.bad] == ["it is judged otherwise than this row says: read it again"]
        entry.refresh_from_db()
        assert entry.state == State.PROPOSED
    assert confirm_many(here.home, here.bram, lines).done == [entry.number]
