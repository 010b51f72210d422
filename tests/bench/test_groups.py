"""Planted series are found again among accidents and hubs."""

from bench.groups import World, measure


def test_planted_series_come_back_and_hubs_glue_nothing() -> None:
    plain, hubs = measure(3_000, [World("half found", 0.5), World("ten hubs", 0.5, 10, 100)])
    for line in (plain, hubs):
        assert float(str(line["planted_pairs_together"])) > 0.95
        assert float(str(line["proposed_pairs_right"])) > 0.98
        assert int(str(line["largest"])) < 80
    assert int(str(plain["touched_most"])) < 300
