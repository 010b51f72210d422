"""Big files are shared by content; who has a canary in one has their own; parts are cut at the same places for all."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.feeds import written
from havre.feeds.lay import zstd
from havre.feeds.models import Canary, Entry, File, HashList, Published, State, Subscriber
from havre.feeds.places import content_at
from havre.feeds.version import new_version
from havre.feeds.written import served, write_list
from havre.hashlists.lines import read
from havre.settings import Settings
from havre.subscription.head import head_of
from tests.cast import NOON, introduce
from tests.feeds.published import list_of, reader
from tests.feeds.test_version import confirmed


def numbers(root: Path, listed: HashList, digest: str) -> list[int]:
    """What is in a file."""
    lines = zstd.decompress(content_at(root, listed.feed_id, digest).read_bytes()).splitlines(keepends=True)
    return [entry.number for entry in read(lines)]  # type: ignore[union-attr]


def test_parts_are_shared_but_where_a_canary_is(
    database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written, "PART", 4)
    anke = introduce().anke
    listed = list_of(anke)
    one, other = reader(anke, "One", listed), reader(anke, "Other", listed)
    bits = {"pdq": bytes(32), "md5": bytes(16), "sha1": bytes(20), "sha256": bytes(32)}
    Canary.objects.create(subscriber=one, listed=listed, number=6, **bits)
    for number in (1, 2, 3, 4, 5, 7, 8, 9, 10):
        confirmed(listed, number)
    new_version(listed.feed, NOON)
    listed.refresh_from_db()
    write_list(tmp_path, listed, [one, other], NOON)
    files = {who.name: {each.path: each.sha256 for each in served(listed, who)} for who in (one, other)}
    parts = [f"baseline/whole-1-000{number}.jsonl.zst" for number in (1, 2, 3)]
    read_ = {name: [numbers(tmp_path, listed, held[part]) for part in parts] for name, held in files.items()}
    assert read_["One"] == [[1, 2, 3, 4], [5, 6, 7, 8, 9], [10]]
    assert read_["Other"] == [[1, 2, 3, 4], [5, 7, 8, 9], [10]]
    assert [files["One"][part] == files["Other"][part] for part in parts] == [True, False, True]
    head = json.loads(content_at(tmp_path, listed.feed_id, files["One"]["baseline/head.json"]).read_bytes())
    assert (head["entries"], head["retracted"], head["version"]) == (10, 0, 1)
    assert [each["entries"] for each in head["parts"]] == [4, 5, 1]
    assert [(each["from"], each["to"], each["entries"]) for each in head["deltas"]] == [(0, 1, 10)]


def test_done_again_nothing_is_written_twice_and_what_was_replaced_stays_for_a_while(
    database: Settings, tmp_path: Path
) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    one = reader(anke, "One", listed)
    confirmed(listed, 1)
    new_version(listed.feed, NOON)
    listed.refresh_from_db()
    for _ in range(2):
        write_list(tmp_path, listed, [one], NOON)
    assert sorted(File.objects.values_list("name", "ended_at")) == [
        ("delta-0-1.jsonl.zst", None),
        ("head.json", None),
        ("whole-1-0001.jsonl.zst", None),
    ]
    confirmed(listed, 2)
    new_version(listed.feed, NOON)
    listed.refresh_from_db()
    write_list(tmp_path, listed, [one], NOON)
    assert [row.ended_at for row in File.objects.filter(name="head.json").order_by("pk")] == [NOON, None]
    assert File.objects.filter(name__startswith="whole-1", ended_at=None).count() == 1


def test_what_all_have_is_counted_once_and_nothing_where_nothing_changed(database: Settings, tmp_path: Path) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    readers = [reader(anke, f"Reader {number}", listed) for number in range(5)]
    bits = {"pdq": bytes(32), "md5": bytes(16), "sha1": bytes(20), "sha256": bytes(32)}
    Canary.objects.create(subscriber=readers[0], listed=listed, number=6, **bits)
    for number in (1, 2, 3):
        confirmed(listed, number)
    new_version(listed.feed, NOON)
    Entry.objects.filter(number=1).update(state=State.RETRACTED, due=True)
    new_version(listed.feed, NOON)
    listed.refresh_from_db()
    asked = [counted(tmp_path, listed, some) for some in (readers[:2], readers, readers)]
    assert asked == [1, 1, 0]
    heads = File.objects.filter(listed=listed, name="head.json").order_by("subscriber")
    told = [json.loads(content_at(tmp_path, listed.feed_id, each.sha256).read_bytes()) for each in heads]
    assert [(each["entries"], each["retracted"]) for each in told] == [(3, 1)] + [(2, 1)] * 4


def counted(root: Path, listed: HashList, readers: list[Subscriber]) -> int:
    """How often published entries are counted while a list is written for these readers."""
    with CaptureQueriesContext(connection) as asked:
        write_list(root, listed, readers, NOON)
    return sum("COUNT(" in each["sql"] and "feeds_published" in each["sql"] for each in asked)


def test_parts_are_cut_by_length_too_and_a_change_that_is_too_long_is_read_with_the_whole_list(
    database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    one = reader(anke, "One", listed)
    told = []
    for version, fresh in enumerate(([1, 2], [3, 4, 5], [6]), start=1):
        for number in fresh:
            confirmed(listed, number)
        if version == 2:
            length = len(Published.objects.order_by("number")[0].line)
            monkeypatch.setattr(written, "LARGEST", length * 2 + length // 2)
        new_version(listed.feed, NOON)
        listed.refresh_from_db()
        write_list(tmp_path, listed, [one], NOON)
        head = next(each for each in served(listed, one) if each.path.endswith("head.json"))
        text = content_at(tmp_path, listed.feed_id, head.sha256).read_bytes()
        found = head_of(text, "baseline")
        told.append(([each.entries for each in found.parts], [(each.after, each.upto) for each in found.deltas]))
    assert told == [([2], [(0, 1)]), ([3, 2], []), ([3, 2], [(2, 3)])]
