"""A picture is seen: sealed first, written down, then the key.

Previews leave sealed under keys that nobody keeps: they are made again from the node's key, the session and a ticket.
Revealing is asking for such a key. No log, no key.
"""

import hmac
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.care.look import begin_look, end_looks, pause_due
from havre.care.models import Pause
from havre.care.rules import OnPause
from havre.cases.models import Case
from havre.compiled import compiled
from havre.errors import Invalid, NotFound
from havre.flows.home import Home, consulted, durable
from havre.media.keep import kept
from havre.media.models import Medium, SealedFile
from havre.media.queries import case_of, medium_by_id, sealed_files_for
from havre.sealing.ticket import Sealed, key_of_ticket, seal_for_ticket
from havre.series.models import ClueCrop
from havre.units.acting import Acting
from havre.units.models import Person, RoleName

MOST = 16
"""Previews sealed in one answer."""

LONGEST_REASON = 500
NO_CASE = "0"
"""The key of the reason for media that were found in no case."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Before anything of this case is revealed, the session needs a reason."""

    key: str
    case: str
    """Its reference; empty for media of no case."""


@dataclass(frozen=True, slots=True)
class Revealed:
    """The key, and the pause that comes soon."""

    key: bytes
    pause: Pause | None


def sealed_previews(home: Home, acting: Acting, session: str, media: Sequence[int]) -> dict[int, Sealed]:
    """The previews of these media, each sealed anew for the session; what is unseen, or has none, is left out."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="reveal pictures")
    if len(media) > MOST:
        raise Invalid(_("at most %(most)s previews are prepared at once") % {"most": MOST})
    files = _previews(acting.person, list(media))
    unit_key, secret = home.keys.unit(str(acting.unit.pk)), _secret(home, session)
    return {
        file.medium_id: seal_for_ticket(home.store.read(kept(file), unit_key), secret, file.medium_id, os.urandom)
        for file in files
    }


@compiled
def _previews(viewer: Person, media: Collection[int]) -> QuerySet[SealedFile]:
    return sealed_files_for(viewer).filter(purpose="preview", medium__in=media)


def sealed_preview(home: Home, acting: Acting, session: str, medium: int) -> Sealed:
    """The preview of one medium. Raises NotFound where it is unseen, or there is nothing to show of it."""
    found = sealed_previews(home, acting, session, [medium])
    if medium not in found:
        raise NotFound(_("there is nothing to show of this medium"))
    return found[medium]


def reveal(
    home: Home, acting: Acting, session: str, medium: int, ticket: bytes, hold: str, reasons: Mapping[str, str]
) -> Revealed | Asked:
    """The key of a sealed preview, once it is written down who looks and why; `reasons` are the session's by case.

    Raises OnPause where a limit was reached, NotFound where the medium is unseen, Invalid where the ticket is not
    this session's.
    """
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="reveal pictures")
    found = medium_by_id(acting.person, medium)
    case = case_of(acting.person, found)
    reason = reasons.get(reason_key(case), "")
    if not reason:
        return Asked(reason_key(case), case.reference if case else "")
    key = key_of_ticket(ticket, _secret(home, session), medium)
    pause = written_down(home, replace(acting, reason=reason), found, case, hold)
    return Revealed(key, pause)


def written_down(
    home: Home, acting: Acting, medium: Medium, case: Case | None, hold: str, crop: ClueCrop | None = None
) -> Pause | None:
    """A look at a medium or at a crop of it begins, and stands in the log; the pause that comes soon.

    Raises OnPause where a limit was reached.
    """
    shown = {"act": "revealed"} if crop is None else {"act": "crop looked at", "clue": crop.clue_id}
    at = acting.now()
    with durable():
        _alone(acting.person)
        end_looks(acting.person, at, lambda other: other != hold)
        pause = pause_due(acting.person, at)
        on_pause = pause is not None and pause.began_at <= at
        if not on_pause:
            begin_look(acting.person, medium, case, hold, at, crop.pk if crop is not None else None)
            consulted(home, acting, f"medium {medium.pk}", {**shown, "case": case.reference if case else ""})
    if pause is not None and on_pause:
        raise OnPause(pause)
    return pause


def veil(acting: Acting, medium: int, hold: str) -> Pause | None:
    """The reveals of this hold are over; the pause that is due or about to begin."""
    at = acting.now()
    medium_by_id(acting.person, medium)
    with durable():
        _alone(acting.person)
        end_looks(acting.person, at, lambda other: other == hold)
        return pause_due(acting.person, at)


def reason_key(case: Case | None) -> str:
    """Under which key a session keeps the reason for a case."""
    return NO_CASE if case is None else str(case.pk)


def reason_given(acting: Acting, medium: int, reason: str) -> tuple[str, str]:
    """The key and the reason to keep in the session. Raises Invalid where it says nothing or too much."""
    case = case_of(acting.person, medium_by_id(acting.person, medium))
    words = " ".join(reason.split())
    if not 3 <= len(words) <= LONGEST_REASON or not words.isprintable():
        raise Invalid(_("say in 3 to %(most)s characters why you look at this case") % {"most": LONGEST_REASON})
    return reason_key(case), words


def _secret(home: Home, session: str) -> bytes:
    return hmac.digest(home.signer.sign(b"havre: what reveals are sealed with"), session.encode(), sha256)


def _alone(person: Person) -> None:
    """Two windows of one person count one after the other."""
    _ours(person)


@compiled
def _ours(person: Person) -> "QuerySet[Person, int]":
    return Person.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk", flat=True)
