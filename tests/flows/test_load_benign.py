"""Harmless hashes are read in the sandbox, all or none; what is out already and collides is named."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from havre.errors import Invalid
from havre.feeds.models import Benign
from havre.fingerprints.pdq_turned import turned
from havre.flows.home import Home
from havre.flows.load_benign import colliding, load_benign
from tests.flows.fed import Fed
from tests.hashlists.made import made


def test_a_list_is_kept_and_names_what_collides(having_feed: Fed, tmp_path: Path) -> None:
    here = having_feed.node
    having_feed.reader()
    having_feed.propose_many(2)
    assert colliding(here.home, here.anke) == []
    pdq, md5, _sha1 = (each.value for each in made(having_feed.feed.numbers).signals)
    (tmp_path / "harmless.txt").write_text(f"{md5}\n{'12' * 16}\nno hash\n")
    told = load_benign(here.home, here.anke, tmp_path / "harmless.txt", "hashes")
    assert (told["kept"], told["bad"], told["collide"]) == (2, 1, [having_feed.feed.numbers])
    (tmp_path / "pdq.txt").write_text(f"{pdq}\n")
    assert load_benign(here.home, here.anke, tmp_path / "pdq.txt", "pdq")["kept"] == 1
    assert Benign.objects.count() == 3
    for name, kind in (("missing", ""), ("pdq.txt", "sound")):
        with pytest.raises(Invalid):
            load_benign(here.home, here.anke, tmp_path / name, kind)


def test_what_is_out_and_near_something_harmless_is_named_however_it_is_turned(
    having_feed: Fed, tmp_path: Path
) -> None:
    here = having_feed.node
    having_feed.reader()
    having_feed.propose_many(3)
    last = having_feed.feed.numbers
    upright = bytes.fromhex(made(last - 1).signals[0].value)
    turns = [turned(upright)[at : at + 32].hex() for at in range(0, 8 * 32, 32)]
    for turn in turns:
        (tmp_path / "pdq.txt").write_text(f"{turn}\n")
        Benign.objects.all().delete()
        told = load_benign(here.home, here.anke, tmp_path / "pdq.txt", "pdq")
        assert told["collide"] == [last - 1]


def test_the_feed_is_not_held_while_the_file_is_read(
    having_feed: Fed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = having_feed.node
    (tmp_path / "harmless.txt").write_text("12" * 16)
    asked = Home.worker

    def worker(home: Home) -> Any:
        assert not connection.in_atomic_block
        return asked(home)

    monkeypatch.setattr(Home, "worker", worker)
    assert load_benign(here.home, here.anke, tmp_path / "harmless.txt", "hashes")["kept"] == 1
