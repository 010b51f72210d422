"""An analyst's word on a series: confirmed, rejected or split. It is kept, and never asked for again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.flows.group_anew import group_anew, settle_word
from havre.flows.home import Home, consulted, log, seal_log, take_turn
from havre.flows.series import over, thing_of
from havre.flows.source import holding
from havre.flows.stacks_follow import stacks_follow
from havre.series.decide import decide
from havre.series.keep import move
from havre.series.models import Decision, Member, Part, Series, Status, Word
from havre.series.queries import OVER, held_media, series_for
from havre.units.acting import NO_REASON, Acting
from havre.units.models import RoleName

SHORTEST = 4
"""Hex digits of a SHA-256 by which a member may be named."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a series is after a word."""

    series: Series
    media: int
    """Media the word speaks of."""
    already: bool = False
    """Whether it had been said before, so that nothing changed."""
    others: tuple[str, ...] = ()
    """Other series that its media are in now."""

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return {
            "series": self.series.reference,
            "status": self.series.status,
            "media": self.media,
            "already": self.already,
            "others": list(self.others),
        }


def confirm(home: Home, acting: Acting, named: str) -> Decided:
    """Its media belong together: they stay together whatever links come or go. More may be proposed to be added."""
    series = _decidable(acting, named)
    members = list(series.members.all())
    if series.status in OVER:
        raise over(series)
    if all(member.confirmed for member in members):
        return _said_before(home, acting, series, [member.medium_id for member in members])
    return _say(home, acting, series, Word.CONFIRMED)


def reject(home: Home, acting: Acting, named: str) -> Decided:
    """No two of its media are proposed together again."""
    series = _decidable(acting, named)
    if series.status == Status.REJECTED:
        last = series.decisions.filter(said=Word.REJECTED).order_by("id").last()
        media = [] if last is None else list(last.parts.values_list("medium", flat=True))
        return _said_before(home, acting, series, media)
    if series.status in OVER:
        raise over(series)
    return _say(home, acting, series, Word.REJECTED)


def split(home: Home, acting: Acting, named: str, members: Sequence[str]) -> Decided:
    """These members, named by the beginning of their SHA-256, never belong with the others again.

    Among themselves nothing is said: they may be proposed as a series of their own.
    """
    series = _decidable(acting, named)
    before = _split_before(acting, series, members)
    if before:
        return _said_before(home, acting, series, before)
    if series.status in OVER:
        raise over(series)
    held = _named(acting, series, members)
    return _say(home, acting, series, Word.SPLIT, held)


def _decidable(acting: Acting, named: str) -> Series:
    acting.must_be(RoleName.ANALYST, to="decide on series")
    return series_for(acting.person, named)


def _said_before(home: Home, acting: Acting, series: Series, media: Collection[int]) -> Decided:
    consulted(home, acting, thing_of(series), {"act": f"{series.status} before"})
    return Decided(series, len(media), already=True)


def _say(home: Home, acting: Acting, series: Series, said: Word, away: Collection[int] = ()) -> Decided:
    """Write down the word, group its media anew, and log both, all of it or nothing."""
    with holding(acting.unit):
        take_turn()  # before any series is written: whoever works on one has the turn and waits for it
        series.refresh_from_db()
        media = set(series.members.values_list("medium", flat=True))
        if series.status in OVER or not set(away) <= media:
            raise Refused(
                _("%(series)s changed meanwhile: look at it again with `havre series show`")
                % {"series": series.reference}
            )
        parts = [set(away), media - set(away)] if said == Word.SPLIT else [media]
        reason = "" if acting.reason == NO_REASON else acting.reason
        decide(series, said, parts, acting.person, acting.now(), reason)
        if said == Word.REJECTED:
            series.members.all().delete()  # the number stays with what was rejected
        move(acting.unit, media)
        group_anew(home, acting.unit, acting.now())
        stacks_follow(acting.unit)
        series.refresh_from_db()
        settle_word(home, acting, series)
        others = _others(series, media)
        detail = {"act": str(said), "media": len(media), "apart": len(set(away)), "others": list(others)}
        log(home, acting, "change", thing_of(series), detail)
        seal_log(home, acting)
    return Decided(series, len(away) if said == Word.SPLIT else len(media), others=others)


def _others(series: Series, media: Collection[int]) -> tuple[str, ...]:
    held = Member.objects.filter(medium__in=media).exclude(series=series).select_related("series")
    return tuple(f"S{number}" for number in sorted({member.series.number for member in held}))


# ---- which members ----


def _named(acting: Acting, series: Series, members: Sequence[str]) -> set[int]:
    """The members that are named. Raises Invalid where one is none or several, or where all or none are named."""
    held = held_media(acting.person, list(series.members.values_list("medium", flat=True)))
    digests = {medium: one.sha256 for medium, one in held.items()}
    found = {_one(series, name, digests) for name in members}
    if not found or len(found) == len(digests):
        raise Invalid(
            _("name some members of %(series)s, not all: those named leave the others") % {"series": series.reference}
        )
    return found


def _one(series: Series, name: str, digests: dict[int, str]) -> int:
    begun = name.strip().lower()
    found = [medium for medium, sha256 in digests.items() if sha256.startswith(begun)]
    if len(begun) < SHORTEST:
        raise Invalid(
            _("a member is named by at least %(least)s hex digits of its SHA-256, not %(name)r")
            % {"least": SHORTEST, "name": name}
        )
    if not found:
        raise Invalid(
            _("no member of %(series)s has a SHA-256 that begins with %(name)r")
            % {"series": series.reference, "name": name}
        )
    if len(found) > 1:
        raise Invalid(
            _("%(count)s members of %(series)s begin with %(name)r: give more digits")
            % {"count": len(found), "series": series.reference, "name": name}
        )
    return found[0]


def _split_before(acting: Acting, series: Series, members: Sequence[str]) -> list[int]:
    """The media that these names split off this series earlier; empty where they did not."""
    for decision in Decision.objects.filter(series=series, said=Word.SPLIT):
        away = list(Part.objects.filter(decision=decision, part=0).values_list("medium", flat=True))
        if series.members.filter(medium__in=away).exists() or not away:
            continue
        digests = [one.sha256 for one in held_media(acting.person, away).values()]
        begun = [name.strip().lower() for name in members if len(name.strip()) >= SHORTEST]
        hit = [[digest for digest in digests if digest.startswith(name)] for name in begun]
        if len(begun) == len(members) and all(hit) and {d for found in hit for d in found} == set(digests):
            return away
    return []
