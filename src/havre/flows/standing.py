"""Standing questions: asked, withdrawn; and what came that answers them, handled."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _

from havre.alerts.models import Hit, Question, QuestionImprint, State
from havre.alerts.queries import active_questions, hit_for, question_for
from havre.alerts.rules import LONGEST, MOST_ACTIVE, USUAL, advance
from havre.errors import Invalid
from havre.fingerprints.pdq import MATCH_DISTANCE
from havre.flows.home import Home, durable, log, seal_log
from havre.flows.search import may_search
from havre.flows.search_asked import Question as ByLooks
from havre.flows.search_asked import only_region
from havre.flows.search_stated import Asked, check
from havre.matches.marks import Looks, Mark
from havre.matching.places import Region
from havre.units.acting import NO_REASON, Acting

LONGEST_NAME = 200


def thing_of(question: Question) -> str:
    """How the log calls a standing question."""
    return f"standing question {question.pk}"


def keep_asking(
    home: Home,
    acting: Acting,
    name: str,
    asked: Asked | ByLooks,
    *,
    radius: int = MATCH_DISTANCE,
    region: Region | None = None,
    lasts: timedelta = USUAL,
) -> Question:
    """From now on everything that comes is asked this too, until its time is over or somebody withdraws it.

    Raises Invalid without a name or a reason, or where the unit asks too much already.
    """
    may_search(acting)
    _check(acting, name, lasts)
    question = Question(
        unit=acting.unit,
        name=name.strip(),
        reason=acting.reason,
        asked_by=acting.person,
        asked_at=acting.now(),
        expires_at=acting.now() + lasts,
        radius=radius,
    )
    imprints = _written(question, asked) if isinstance(asked, Asked) else _by_looks(home, question, asked, region)
    with durable():
        question.save()
        for imprint in imprints:
            imprint.question = question
        QuestionImprint.objects.bulk_create(imprints)
        log(home, acting, "change", thing_of(question), {"act": "asked", "days": lasts.days})
    seal_log(home, acting)
    return question


def withdraw_question(home: Home, acting: Acting, number: int) -> Question:
    """Nothing that comes is asked this any more; its hits stay."""
    may_search(acting)
    question = question_for(acting.person, number)
    question.state = advance(State(question.state), State.WITHDRAWN)
    question.ended_at, question.ended_by = acting.now(), acting.person
    with durable():
        question.save(update_fields=["state", "ended_at", "ended_by"])
        log(home, acting, "change", thing_of(question), {"act": "withdrawn"})
    seal_log(home, acting)
    return question


def handle(home: Home, acting: Acting, number: int) -> Hit:
    """Somebody has seen to this hit; said twice, the first time counts."""
    may_search(acting)
    hit = hit_for(acting.person, number)
    if hit.handled_at is not None:
        return hit
    hit.handled_at, hit.handled_by = acting.now(), acting.person
    with durable():
        hit.save(update_fields=["handled_at", "handled_by"])
        log(home, acting, "change", f"hit {hit.pk} of {thing_of(hit.question)}", {"act": "handled"})
    seal_log(home, acting)
    return hit


def _check(acting: Acting, name: str, lasts: timedelta) -> None:
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise Invalid(_("name what is waited for, in at most %(most)s characters") % {"most": LONGEST_NAME})
    if acting.reason == NO_REASON:
        raise Invalid(_("say why this is waited for: the reason is kept with the question"))
    if not timedelta(0) < lasts <= LONGEST:
        raise Invalid(_("a question stands for 1 to %(days)s days: ask again after that") % {"days": LONGEST.days})
    if active_questions(acting.person).count() >= MOST_ACTIVE:
        raise Invalid(_("your unit asks %(most)s standing questions: withdraw one first") % {"most": MOST_ACTIVE})


def _written(question: Question, asked: Asked) -> list[QuestionImprint]:
    check(asked)
    question.written = asked.to_json()
    return []


def _by_looks(home: Home, question: Question, asked: ByLooks, region: Region | None) -> list[QuestionImprint]:
    """Fill in what is found by; looks are sealed, and of a region only what is in it is asked."""
    question.region = list(region) if region is not None else []
    if region is not None:
        asked = only_region(asked, region)
    for name in asked.names[:1]:
        question.md5, question.sha1, question.sha256 = name.md5, name.sha1, name.sha256
    question.prints = b"".join(orientations for orientations, _ in asked.prints)
    question.size = list(asked.asker.size or ())
    looks = Looks(question.unit, home.keys.unit(str(question.unit.pk)))
    return list(_imprints(looks, asked.asker.marks))


def _imprints(looks: Looks, marks: Iterable[Mark]) -> Iterable[QuestionImprint]:
    for mark in marks:
        made = mark.made
        sealed = looks.sealed(made)
        yield QuestionImprint(method=made.method, version=made.version, at=made.at, data=made.data, sealed=sealed)
