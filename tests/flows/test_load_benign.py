"""Harmless hashes are read in the sandbox, all or none; what is out already and collides is named."""

from pathlib import Path

import pytest

from havre.errors import Invalid
from havre.feeds.models import Benign
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
