"""A challenge is decided by somebody who had no part in what it is about; what was wrong is taken back everywhere.

The judgement falls with its reason, every notice of the page is retracted, whoever ever had a letter gets another that
takes it back, figures count it as retracted, and what is personal is erased.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from havre.corrections.life import become
from havre.corrections.models import Against, Challenge, State
from havre.corrections.queries import challenge_for, had_part, judged, judged_or_wrote
from havre.errors import Invalid, Refused
from havre.flows.at_page import held, policy_for, said
from havre.flows.challenge import WORKING, thing_of, told_by
from havre.flows.draft_notice import overturned, retract
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.flows.register import count_again
from havre.hotline.letters import seal_answer
from havre.hotline.life import OVER
from havre.hotline.life import become as page_becomes
from havre.hotline.models import Answer, Judgement, Page, Reopening, Report, Verdict, Why
from havre.hotline.models import State as PageState
from havre.hotline.reopen import reopen, take_back
from havre.hotline.retention import set_erasure
from havre.notices.models import Notice
from havre.notices.models import State as NoticeState
from havre.notices.queries import about_page, notice_for
from havre.platforms.models import LeftOut
from havre.platforms.policy import answering
from havre.restrictions.visible import owned_by
from havre.sealing.envelope import Random
from havre.units.acting import Acting
from havre.units.models import Role


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody decides of a challenge."""

    wrong: bool
    because: str
    notice_alone: bool = False
    """The judgement stands; only the notice was wrong, such as one to somebody who hosts nothing."""
    leave_out: Sequence[str] = field(default=())
    """Of a register: references of notices that count no more."""
    read: int | None = None
    """How many additions there were when whoever decides read them; None where nobody counted."""


def decide(home: Home, acting: Acting, number: int, word: Word, random: Random = os.urandom) -> Challenge:
    """Decide a challenge: what was wrong is taken back in the same moment.

    What names nothing of the unit's is answered too: it stands. Where more was said after the decision, that one stays,
    or what stood is taken back after all. Raises Refused for whoever had a part in it while somebody else is there,
    Invalid without a reason or where what nobody found yet is to be taken back.
    """
    acting.must_be(*WORKING, to="decide challenges")
    kept = said(word.because, must=True)
    with durable():
        take_turn()
        challenge = challenge_for(acting.person, number)
        if word.read is not None and challenge.added.count() != word.read:
            raise Invalid(_("more was said since you opened this: read it, then decide"))
        if word.wrong and challenge.against == Against.UNKNOWN:
            raise Invalid(_("say first what this challenge is about"))
        alone, again = nobody_else(acting, challenge), _decides_again(challenge)
        stays = again and not word.wrong
        if not stays:
            become(challenge, State.WRONG if word.wrong else State.RIGHT)
        back = _take_back(home, acting, challenge, word, kept) if word.wrong else 0
        if not stays:  # else the first decision stands with its own reason, and the log has who said that it stays
            challenge.because, challenge.alone = kept, alone
            challenge.decided_by, challenge.decided_at = acting.person, acting.now()
        _decided(home, acting, challenge)
        _answer(home, acting, challenge, kept, random, stays=stays)
        detail = {"act": "decided", "wrong": word.wrong, "retracted": back, "alone": alone, "again": again}
        log(home, acting, "change", thing_of(challenge), detail)
    seal_log(home, acting)
    return challenge


def _decides_again(challenge: Challenge) -> bool:
    """Whether more was said since it was decided. Raises Invalid where it was decided and nothing was."""
    if not challenge.waits:
        raise Invalid(_("this challenge was decided already"))
    return challenge.state != State.WAITING


def nobody_else(acting: Acting, challenge: Challenge) -> bool:
    """Whether this person decides because nobody is left who had no part in it; False where they had none.

    Notices are drafted in anybody's name, so whoever neither judged nor wrote it down comes next, then whoever did not
    judge, then anybody. Raises Refused for whoever another of the unit comes before.
    """
    roles = owned_by(acting.unit, Role.objects, "person__unit").filter(person__left_at=None, name__in=WORKING)
    for tier, asked in enumerate((had_part, judged_or_wrote, judged)):
        part = asked(acting.person, challenge)
        if acting.person.pk not in part:
            return tier > 0
        if roles.exclude(person__in=part).exists():
            raise Refused(_("you had a part in what is challenged, or wrote it down: another person decides"))
    return True


def _decided(home: Home, acting: Acting, challenge: Challenge) -> None:
    days = answering(home.settings.home).erase_after
    challenge.again_at = None
    challenge.erase_after = (acting.now() + timedelta(days=days)).date()
    challenge.save()


# ---- taking back ----


def _take_back(home: Home, acting: Acting, challenge: Challenge, word: Word, because: str) -> int:
    """What was wrong is taken back; how many notices that were."""
    if challenge.record is not None:
        _leave_out(acting, word.leave_out, because)
        count_again(home, acting, challenge.record.edition)
        return 0
    if word.notice_alone:
        if challenge.notice is None:
            raise Invalid(_("this challenge names no notice: the judgement is what is wrong, or nothing is"))
        alone = challenge.notice.state != NoticeState.RETRACTED
        if alone:
            retract(home, acting, challenge.notice, thing_of(challenge))
        return int(alone)
    assert challenge.page is not None
    page = held(challenge.page)
    words = Judgement.objects.filter(page=page, undone_at=None)
    if words.filter(verdict=Verdict.ACTIONABLE).exists():
        _unjudge(home, acting, page, because)
    elif challenge.against == Against.JUDGEMENT:
        _judge_anew(home, acting, page, because)
    challenge.page.refresh_from_db()
    standing = about_page(acting.person, page).exclude(state=NoticeState.RETRACTED).count()
    overturned(home, acting, page, thing_of(challenge))  # the log names the challenge, not what was said of anybody
    return standing


def _judge_anew(home: Home, acting: Acting, page: Page, because: str) -> None:
    """That one need not act on it was wrong: it waits to be judged again. Raises Invalid where nobody judged it."""
    now, policy = acting.now(), policy_for(home, acting.unit)
    if not take_back(page, now, because):
        raise Invalid(_("nobody has judged this page: judge it first, then decide"))
    if page.state in OVER:
        reopen(page, Why.OVERTURNED, now, policy, acting.person)


def _unjudge(home: Home, acting: Acting, page: Page, because: str) -> None:
    """The page ends not actionable, with the reason; what reporters said of it is erased at the next look."""
    now, policy = acting.now(), policy_for(home, acting.unit)
    take_back(page, now, because)
    if page.state == PageState.CLOSED:
        closed, gone = page.closed_at, page.gone_at
        Reopening.objects.create(
            page=page, why=Why.OVERTURNED, at=now, was=page.state, closed_at=closed, gone_at=gone, by=acting.person
        )
    if page.state not in (PageState.RECEIVED, PageState.NOT_ACTIONABLE):
        page_becomes(page, PageState.RECEIVED, now, policy.times)
    Judgement.objects.create(page=page, person=acting.person, verdict=Verdict.NOT_ACTIONABLE, reason=because, at=now)
    page.reason = because
    if page.state == PageState.NOT_ACTIONABLE:
        page.save(update_fields=["reason"])
    else:
        page_becomes(page, PageState.NOT_ACTIONABLE, now, policy.times)
    set_erasure(page, now, policy.days)
    mentioning = Report.objects.filter(mentions__page=page, erased_at=None)
    for report in mentioning.distinct():
        others = Page.objects.filter(mentions__report=report).exclude(state=PageState.NOT_ACTIONABLE)
        if not others.exists():  # what else it names was over in its own way, and is kept as long as that asks
            Report.objects.filter(pk=report.pk).update(erase_after=(now - timedelta(days=1)).date())


def _leave_out(acting: Acting, references: Sequence[str], because: str) -> None:
    """Notices of which something wrong was counted count in no register from now on."""
    if not references:
        raise Invalid(_("say which notices count no more: their references stand in the record"))
    found: list[Notice] = [notice_for(acting.person, each) for each in references]
    for notice in found:
        told = {"because": because, "at": acting.now(), "by": acting.person}
        LeftOut.objects.get_or_create(notice=notice, defaults=told)


# ---- telling whoever challenged ----


def words_for(wrong: bool, language: str, because: str, *, anew: bool = False, stays: bool = False) -> str:
    """What whoever challenged reads, calmly, in their language."""
    with override(language):
        if stays:
            told = _("We have read what you added. The decision stays as it is. This is why:")
        elif anew:
            told = _("You were right. We are looking at it again from the beginning. We are sorry.")
        elif wrong:
            told = _("You were right. We have taken it back and told everyone we had written to. We are sorry.")
        else:
            told = _("Another person has looked at this again. It stays as it is. This is why:")
    return f"{told}\n\n{because}"


def _answer(home: Home, acting: Acting, challenge: Challenge, because: str, random: Random, *, stays: bool) -> None:
    if challenge.receipt is None or challenge.receipt.withdrawn_at is not None:
        return
    told = told_by(home, challenge)
    wrong, language = challenge.state == State.WRONG, told.language if told is not None else "en"
    page = challenge.page
    anew = wrong and challenge.against == Against.JUDGEMENT and page is not None and page.state == PageState.RECEIVED
    text = words_for(wrong, language, because, anew=anew, stays=stays)
    sealed = seal_answer(bytes(challenge.receipt.sealing), text, random)
    Answer.objects.create(receipt=challenge.receipt, sealed=sealed, at=acting.now(), by=acting.person)
