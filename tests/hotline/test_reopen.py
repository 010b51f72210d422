"""What was over is open again, with what it had been beside it."""

from havre.hotline.life import become
from havre.hotline.models import Judgement, Page, Reopening, State, Why
from havre.hotline.policy_file import policy_of
from havre.hotline.reopen import reopen, take_back
from havre.settings import Settings
from tests.cast import NOON, Cast, introduce
from tests.hotline.reported import page

POLICY = policy_of("BE")


def over(cast: Cast, state: State, verdict: str) -> Page:
    found = page(cast.belgium, state=State.TRIAGED if state == State.CLOSED else State.RECEIVED, gone_at=NOON)
    Judgement.objects.create(page=found, person=cast.anke, verdict=verdict, at=NOON)
    return become(found, state, NOON, POLICY.times)


def test_a_closed_page_keeps_its_judgement_and_is_routed_again(database: Settings) -> None:
    found = over(introduce(), State.CLOSED, "actionable")
    reopen(found, Why.REPORTED, NOON, POLICY)
    kept, link = Page.objects.get(), Reopening.objects.get()
    assert (kept.state, kept.closed_at, kept.gone_at) == (State.TRIAGED, None, None)
    assert (link.was, link.why, link.closed_at, link.gone_at, link.by) == ("closed", "reported again", NOON, NOON, None)
    assert Judgement.objects.get().undone_at is None


def test_what_was_not_actionable_is_judged_anew(database: Settings) -> None:
    cast = introduce()
    found = over(cast, State.NOT_ACTIONABLE, "not actionable")
    reopen(found, Why.SEEN, NOON, POLICY, cast.anke)
    word = Judgement.objects.get()
    assert (Page.objects.get().state, word.undone_at, word.undone_because) == (State.RECEIVED, NOON, "seen again")
    assert take_back(found, NOON, "again") == 0
