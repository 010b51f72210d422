"""Planted series are found again among accidents and hubs."""

from bench.groups import WORLDS, measure


def test_planted_series_come_back_and_hubs_glue_nothing() -> None:
    lines = {line["what"]: line for line in measure(3_000)}
    assert list(lines) == [world.what for world in WORLDS]
    half = lines["recall of links 0.5, 20 hubs of 200 links"]
    assert float(str(half["planted_pairs_together"])) > 0.95
    assert float(str(half["proposed_pairs_right"])) > 0.98
    assert int(str(half["largest"])) < 80
