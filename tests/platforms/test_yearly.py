"""The yearly report adds up: every notice that was not retracted is in one cell."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from havre.platforms.figures import Counted
from havre.platforms.yearly import Action, Noticed, yearly
from tests.cast import NOON

NOTICED = st.lists(
    st.builds(
        lambda provider, kind, refused, gone, answered, retracted: Noticed(
            provider,
            kind,
            refused,
            Counted(
                "HN",
                NOON,
                gone_at=NOON + timedelta(hours=gone) if gone is not None else None,
                answered_at=NOON if answered else None,
                retracted=retracted,
            ),
        ),
        *(st.sampled_from("ABC"), st.sampled_from(["1", "2", ""]), st.booleans()),
        *(st.one_of(st.none(), st.integers(0, 900)), st.booleans(), st.booleans()),
    ),
    max_size=30,
)


@given(NOTICED)
def test_all_sums_are_the_number_of_notices(noticed: list[Noticed]) -> None:
    found = yearly(noticed, 5)
    standing = [each for each in noticed if not each.counted.retracted]
    assert found.notices == len(standing) == len(noticed) - found.retracted
    for parts in (
        [each.notices for each in found.cells],
        [each.notices for each in found.by_provider],
        [count for _kind, count in found.by_kind],
        [count for _action, count in found.by_action],
    ):
        assert sum(parts) == len(standing)
    for cell in found.cells:
        mine = [
            each
            for each in standing
            if (each.provider, each.kind, each.action) == (cell.provider, cell.kind, cell.action)
        ]
        assert cell.notices == len(mine)
    removed = dict(found.by_action)[Action.REMOVED]
    assert removed == sum(each.counted.gone_at is not None for each in standing)
    assert (found.median_hours is None) is (removed < 5)


def test_what_a_provider_did_is_the_most_it_did() -> None:
    gone, answered = NOON + timedelta(hours=1), NOON
    assert Noticed("A", "1", True, Counted("HN", NOON, gone_at=gone)).action is Action.REMOVED
    assert Noticed("A", "1", True, Counted("HN", NOON, answered_at=answered)).action is Action.REFUSED
    assert Noticed("A", "1", False, Counted("HN", NOON, answered_at=answered)).action is Action.ANSWERED
    assert Noticed("A", "1", False, Counted("HN", NOON)).action is Action.NONE
