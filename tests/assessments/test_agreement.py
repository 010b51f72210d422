"""Two countries make Baseline; one that says otherwise is never outvoted, nor averaged."""

from hypothesis import given
from hypothesis import strategies as st

from havre.assessments.agreement import Agreement, Judgement, baseline_of, counted, judgement_of, told
from havre.assessments.facts import NOTHING, Facts

YES = Facts("6-9", ("act",), "camera")
JUDGED = st.builds(
    Judgement,
    st.sampled_from(["a", "b"]),
    st.sampled_from(["BE", "NL", "FR"]),
    st.sampled_from(["1", "2", "5"]),
    st.sampled_from([YES, NOTHING, Facts("adult", ("act",), "camera")]),
)


@given(st.lists(JUDGED, max_size=6))
def test_the_state_is_what_countries_say_in_whatever_order(said: list[Judgement]) -> None:
    found = baseline_of(said)
    shuffled = list(reversed(said))
    assert baseline_of(shuffled) == found
    for_it, against = ({each.country for each in said if each.baseline is yes} for yes in (True, False))
    expected = {
        Agreement.AGREED: len(for_it) >= 2 and not against,
        Agreement.DISPUTED: bool(for_it and against),
        Agreement.ONE: len(for_it) == 1 and not against,
        Agreement.NOT: bool(against) and not for_it,
        Agreement.UNSAID: not said,
    }
    assert [state for state, holds in expected.items() if holds] == [found.state]
    assert set(found.countries(baseline=True)) == for_it


def test_what_is_told_reads_the_same_and_nonsense_is_nothing() -> None:
    one = Judgement("a", "BE", "1", YES)
    assert judgement_of("a", "BE", told("1", YES)) == one
    assert one.to_json()["baseline"] is True
    wrong = [{"label": "9"}, {"label": ["1"]}, {"label": "1", "age": "7"}, {"label": "1", "visible": ["x"]}]
    for nonsense in (None, 7, {}, *wrong):
        assert judgement_of("a", "BE", nonsense) is None


def test_a_series_is_counted_not_averaged() -> None:
    agreed = baseline_of([Judgement("a", "BE", "1", YES), Judgement("b", "NL", "1", YES)])
    disputed = baseline_of([Judgement("a", "BE", "1", YES), Judgement("b", "FR", "5", NOTHING)])
    found = counted([agreed, disputed, disputed])
    assert (found["agreed"], found["disputed"], found["countries"], found["otherwise"]) == (1, 2, ["BE", "NL"], ["FR"])
