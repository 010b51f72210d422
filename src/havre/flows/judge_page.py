"""Judge a page: facts, and whether to act. Once, whoever reports it; by two people where the policy says so.

What was said can be taken back while nobody acted on it, and overturned by somebody else after: with a reason, and
whoever wrote to others because of it learns of it in the same moment.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from havre.assessments.facts import NOTHING, Facts
from havre.errors import Invalid, NotFound, Refused
from havre.flows.answer_by_itself import tell_reporters
from havre.flows.at_page import WORKING, Desk, alone, at_page, said
from havre.flows.draft_notice import overturned
from havre.flows.home import Home
from havre.hotline.category import Derived, category_of
from havre.hotline.life import OVER, become, waits_until
from havre.hotline.models import Judgement, Page, Reopening, State, Verdict, Why
from havre.hotline.queries import words_on
from havre.hotline.reopen import take_back
from havre.hotline.retention import set_erasure
from havre.hotline.standing import Standing, Waits, standing_of
from havre.units.acting import Acting

Fell = Callable[[Home, Acting, Page, str], None]

FOLLOWERS: tuple[Fell, ...] = (overturned,)
"""Who must know that a judgement holds no more, and why: called inside the same transaction, which has its turn."""


@dataclass(frozen=True, slots=True)
class Word:
    """What one person says of a page."""

    verdict: str
    facts: Facts = NOTHING
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """Where a page stands after somebody said something."""

    page: Page
    standing: Standing
    category: Derived | None
    """In the unit's country; None while nothing is settled."""


def judge_page(home: Home, acting: Acting, number: int, word: Word) -> Judged:
    """Say something of a page; settled, it goes on, or ends with the reason."""
    acting.must_be(*WORKING, to="judge pages")
    kept = _checked(word)
    with at_page(home, acting, number) as desk:
        if desk.page.state != State.RECEIVED:
            raise Refused(_("this page was judged already: overturn that first, if it is wrong"))
        own = Judgement.objects.filter(page=desk.page, person=acting.person, undone_at=None)
        own.update(undone_at=desk.at, undone_because="said otherwise by the same person")
        Judgement.objects.create(
            page=desk.page,
            person=acting.person,
            verdict=kept.verdict,
            age=kept.facts.age,
            visible=list(kept.facts.visible),
            produced=kept.facts.produced,
            reason=kept.reason,
            at=desk.at,
        )
        judged = _settle(desk)
        by_one = alone(desk.page.unit, acting.person.pk)
        desk.log("judged", verdict=kept.verdict, waits=judged.standing.waits, alone=by_one)
    return judged


def _checked(word: Word) -> Word:
    if word.verdict not in Verdict.values:
        raise Invalid(_("say whether the hotline must act on it, or that there is nothing to be done"))
    return Word(word.verdict, word.facts, said(word.reason, must=word.verdict == Verdict.NOT_ACTIONABLE))


def _settle(desk: Desk) -> Judged:
    """All words on the page together, and what they make of it."""
    page, words = desk.page, words_on(desk.acting.person, desk.page)
    standing = standing_of(words, desk.policy, alone(page.unit, desk.acting.person.pk))
    if not standing.settled:
        page.disputed = standing.waits is Waits.AGREEMENT
        page.due_at = waits_until(page, standing, desk.policy.times)
        page.save(update_fields=["disputed", "due_at"])
        return Judged(page, standing, None)
    actionable = standing.verdict == Verdict.ACTIONABLE
    page.reason = "" if actionable else words[-1].reason
    become(page, State.TRIAGED if actionable else State.NOT_ACTIONABLE, desk.at, desk.policy.times)
    set_erasure(page, desk.at, desk.policy.days)
    tell_reporters(page, desk.at)
    return Judged(page, standing, category_of(page.unit.country, standing.verdict, standing.facts))


# ---- taken back ----


def undo_judgement(home: Home, acting: Acting, number: int, because: str) -> Judged:
    """Take back one's own word, while the page went nowhere; whoever else said something stays with theirs."""
    acting.must_be(*WORKING, to="judge pages")
    kept = said(because, must=True)
    with at_page(home, acting, number) as desk:
        words = words_on(acting.person, desk.page)
        own = [word for word in words if word.person_id == acting.person.pk]
        if not own:
            raise NotFound(_("you said nothing of this page that could be taken back"))
        if desk.page.state not in (State.RECEIVED, State.TRIAGED, State.NOT_ACTIONABLE):
            raise Refused(_("this page was passed on: somebody else overturns its judgement, if it is wrong"))
        fallen = [word.pk for word in own]
        Judgement.objects.filter(pk__in=fallen).update(undone_at=desk.at, undone_because=kept)
        judged = _fallen(desk, kept)
        desk.log("judgement taken back", waits=judged.standing.waits)
    return judged


def overturn(home: Home, acting: Acting, number: int, because: str) -> Judged:
    """All words on a page hold no more: it is judged anew. Not by whoever judged it, unless nobody else could."""
    acting.must_be(*WORKING, to="judge pages")
    kept = said(because, must=True)
    with at_page(home, acting, number) as desk:
        words = words_on(acting.person, desk.page)
        if not words:
            raise NotFound(_("nobody judged this page: there is nothing to overturn"))
        mine = any(word.person_id == acting.person.pk for word in words)
        if mine and not alone(desk.page.unit, acting.person.pk):
            raise Refused(_("you judged this page yourself: another person of your unit overturns it"))
        take_back(desk.page, desk.at, kept)
        judged = _fallen(desk, kept)
        desk.log("judgement overturned", words=len(words))
    return judged


def _fallen(desk: Desk, because: str) -> Judged:
    """The page after words on it were taken back: to be judged again, unless those that stay settle it."""
    page, was = desk.page, desk.page.state
    if was != State.RECEIVED:
        if was in OVER:
            before = {"was": was, "closed_at": page.closed_at, "gone_at": page.gone_at}
            Reopening.objects.create(page=page, why=Why.OVERTURNED, at=desk.at, by=desk.acting.person, **before)
        page.reason = ""
        become(page, State.RECEIVED, desk.at, desk.policy.times)
        set_erasure(page, desk.at, desk.policy.days)
    for follower in FOLLOWERS:
        follower(desk.home, desk.acting, page, because)
    return _settle(desk)
