"""What is likely to matter comes first."""

from havre.assessments.models import SeriesIs, Stack, Tab
from havre.assessments.rank import heading_of, rank_of


def stack(tab: Tab = Tab.NEW, **values: object) -> Stack:
    made = Stack(tab=tab, found=tab, **{"files": 1, **values})
    made.heading = heading_of(made)
    made.rank = rank_of(made)
    return made


def test_open_series_then_safe_ones_then_several_files_then_places_then_the_rest_and_what_is_withdrawn() -> None:
    in_order = [
        stack(series=3, files=9),
        stack(series=3),
        stack(series=12, files=400),
        stack(series=2, series_is=SeriesIs.SAFE),
        stack(files=400),
        stack(files=2),
        stack(place=True),
        stack(),
        stack(apart=True),
        stack(series=1, series_is=SeriesIs.WITHDRAWN, files=400),
    ]
    assert [each.rank for each in in_order] == sorted(each.rank for each in in_order)
    headings = ["series:3", "series:3", "series:12", "safe:2", "files", "files", "linked", "unseen", "apart"]
    assert [each.heading for each in in_order] == [*headings, "withdrawn:1"]
    assert stack(Tab.NEAR).heading == "near"
    assert max(each.rank for each in in_order) < 1 << 63


def test_what_was_judged_last_comes_first_and_what_waits_longest() -> None:
    judged, second = stack(Tab.JUDGED), stack(Tab.SECOND)
    assert rank_of(judged, 9) < rank_of(judged, 8)
    assert rank_of(second, 8) < rank_of(second, 9)
    disputed = stack(Tab.SECOND)
    disputed.heading = heading_of(disputed, disputed=True)
    assert rank_of(disputed, 9) < rank_of(second, 8)
