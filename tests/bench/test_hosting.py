"""The measurement of hosting compares with a look at every prefix, and sees when they differ."""

from pathlib import Path

import pytest
from bench.hosting import _listed, longest, measured

from bench import hosting
from havre.settings import Settings


def test_both_name_the_same_block_and_network(
    database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"NETWORKS": 3_000, "ASKED": 60}.items():
        monkeypatch.setattr(hosting, name, value)
    line = measured(database, tmp_path, 2_000)
    assert line["identical"] is True
    assert line["size"] > 1_900


def test_the_longest_prefix_is_found_by_looking_at_all() -> None:
    table = _listed({"10.0.0.0/8": 1, "10.1.0.0/16": 2, "2001:db8::/32": 3, "::/8": 4})
    assert longest(table, "10.1.2.3") == ("10.1.0.0/16", 2)
    assert longest(table, "10.2.2.3") == ("10.0.0.0/8", 1)
    assert longest(table, "[::a01:203]") == ("::/8", 4)
