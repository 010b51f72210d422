"""What somebody of the unit reads of what people sent: counted, found, decided; no hash."""

from havre.flows.self_look import look_for_submitted
from havre.flows.self_reported import answer_submission, leave_medium
from havre.flows.self_shown import list_shown, read_submission
from havre.selfservice.models import Finding
from tests.cast import noon
from tests.flows.fed import Fed
from tests.flows.test_self_found import held
from tests.flows.test_self_report import sent, taken
from tests.selfservice.made import given


def test_lines_say_how_much_was_found_and_waits(having_feed: Fed) -> None:
    here = having_feed.node
    media = [held(having_feed, seed) for seed in (1, 2)]
    sent(here, given(1, 2, tell=True))
    sent(here, given(3, tell=True), seed=2)
    taken(here)
    look_for_submitted(here.home, noon)

    def lines(*, waiting: bool = False) -> list[tuple[int, int, int, int]]:
        rows = list_shown(here.home, here.anke, waiting=waiting)
        return [(each.submission.number, each.files, each.found, each.waiting) for each in rows]

    assert (lines(), lines(waiting=True)) == ([(1, 2, 2, 2), (2, 1, 0, 0)], [(1, 2, 2, 2)])
    leave_medium(here.home, here.bram, 1, bytes(media[0].sha256).hex())
    assert lines() == [(1, 2, 2, 1), (2, 1, 0, 0)]
    shown = read_submission(here.home, here.anke, 1)
    assert (len(shown.files), shown.hashes, shown.waiting, shown.answers) == (2, 6, 1, ())
    answer_submission(here.home, here.anke, 1, "We found it.", [each.pk for each in shown.findings])
    shown = read_submission(here.home, here.bram, 1)
    assert (shown.waiting, [each.by for each in shown.answers]) == (0, [here.anke.person])
    assert sorted(Finding.objects.values_list("state", flat=True)) == ["left", "told"]
    assert lines(waiting=True) == []
