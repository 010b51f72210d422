"""What peers tell, put where this node keeps it: things of theirs on the board, words, refused claims, alarms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from havre.errors import Broken, Invalid
from havre.exchange.board import put, withdraw
from havre.exchange.imprint_shape import Unfit, fit_imprints
from havre.exchange.models import Kind, Shared
from havre.exchange.put_all import Coming, put_all
from havre.exchange.rules import must_be_shaped, told_from
from havre.flows.contenders import series_claimed
from havre.flows.contest import give_way
from havre.flows.home import log
from havre.flows.taking_from import LONGEST_NOTE, UNFIT, From, printable, said_of
from havre.flows.tell_countries import tell, tell_withdrawn
from havre.network.meet import log_key
from havre.network.models import Peer, State, Word
from havre.network.witness import doubt, raise_alarm
from havre.restrictions.model import Owner, moved, restriction_of
from havre.sealing.message import DIGEST
from havre.sealing.peer import COUNTRY, LONGEST_NAME
from havre.sealing.sign import Verifier
from havre.sealing.witness import contradict

MOST_THINGS = 1_000
"""Things in one message."""
LONGEST_WORD = 10_000
MOST_TROUBLE = 500
"""Characters that are said of what could not be taken."""


def take_things(source: From, body: Mapping[str, Any]) -> str:
    """Things of the peer, as it told them now: all at once, or each by itself where a bad one would cost the others.

    What a message says twice of a thing is taken one after the other. Of a medium a bad imprint is refused alone.
    """
    things = body.get("things")
    if not isinstance(things, list) or len(things) > MOST_THINGS:
        raise Invalid("things come as a list of at most %(most)s", most=MOST_THINGS)
    imprints = Unfit()
    wrong: list[str] = []
    if not _taken_together(source, things, imprints):
        imprints = Unfit()
        wrong = [why for each in things if (why := _taken(source, each, imprints))]
    said = [f"{len(wrong)} of {len(things)} were not taken: {wrong[0]}"] if wrong else []
    if imprints.count:
        said.append(f"{imprints.count} imprints were not taken: {imprints.named[0]}")
        detail = {"act": "imprints refused", "imprints": imprints.count, "which": imprints.named}
        log(source.home, source.acting, "change", f"peer {source.peer.name}", detail)
    return "; ".join(said)[:MOST_TROUBLE]


def _taken_together(source: From, things: Sequence[object], imprints: Unfit) -> bool:
    """Whether all were taken; none where it is not so. The imprints that were not are added to these."""
    try:
        with transaction.atomic():
            read = [_read(source, each, imprints) for each in things]
            if len({each.ref for each in read}) < len(read):
                return False
            for each in read:
                if isinstance(each, Gone):
                    _withdraw(source, each)
            coming = [each for each in read if isinstance(each, Coming)]
            now = source.acting.now()
            tell(source.home, put_all(coming, source.number, now) if coming else [], now)
    except UNFIT:
        return False
    return True


def _taken(source: From, thing: object, imprints: Unfit) -> str:
    refused = Unfit()
    try:
        with transaction.atomic():
            _take(source, thing, refused)
    except UNFIT as error:
        return said_of(error)
    imprints.gather(refused)
    return ""


@dataclass(frozen=True, slots=True)
class Gone:
    """A thing that its source withdrew."""

    origin: Owner
    ref: UUID


def _read(source: From, thing: object, imprints: Unfit) -> Coming | Gone:
    """What is told of a thing, under whose condition; imprints of it that cannot be kept are left out and added to
    these. Raises Invalid where it is not told as it must be."""
    if not isinstance(thing, Mapping):
        raise Invalid("a thing is an object")
    origin = Owner(source.peer.node, _line(thing.get("unit")), _country(thing.get("country")))
    ref = _uuid(thing.get("ref"))
    if thing.get("withdrawn") is True:
        return Gone(origin, ref)
    said = moved(restriction_of(thing.get("restriction")), "", source.peer.node)  # its own units, then ours
    told = thing.get("body")
    if not isinstance(told, Mapping):
        raise Invalid("what is told of a thing is an object")
    kind = str(thing.get("kind"))
    if kind == Kind.MEDIA:
        told, refused = fit_imprints(told)
        imprints.gather(Unfit(refused.count, [f"{ref}, {printable(why)}" for why in refused.named]))
    must_be_shaped(kind, told)
    told = told_from(kind, told, source.peer.node, source.home.node)
    return Coming(origin, kind, ref, told, moved(said, source.home.node, ""))


def _take(source: From, thing: object, imprints: Unfit) -> None:
    read = _read(source, thing, imprints)
    if isinstance(read, Gone):
        _withdraw(source, read)
        return
    # The message's number is its version: whatever was said before, the peer said this later.
    now = source.acting.now()
    tell(source.home, [put(read.origin, read.kind, read.ref, read.body, read.restriction, source.number, now)], now)


def _withdraw(source: From, thing: Gone) -> None:
    now = source.acting.now()
    gone = withdraw(thing.origin, thing.ref, source.number, now)
    tell_withdrawn(source.home, [gone] if gone is not None else [], now)


def take_word(source: From, body: Mapping[str, Any]) -> str:
    """What the people who run the peer tell ours."""
    text = body.get("text")
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_WORD:
        raise Invalid("a word has between 1 and %(most)s characters", most=LONGEST_WORD)
    text = text.replace("\x00", "")
    Word.objects.create(peer=source.peer, number=source.number, text=text, at=source.acting.now())
    return ""


def take_refused(source: From, body: Mapping[str, Any]) -> str:
    """A claim of a unit here, on a series of the peer, lost against one of which this node knows nothing."""
    rows = Shared.objects.filter(kind=Kind.CLAIM, node="", ref=_uuid(body.get("claim")), withdrawn_at=None)
    lost = rows.select_related("condition", "owner", "series__unit").first()
    if lost is None or lost.body.get("since") != body.get("since"):
        return ""  # it was given back, or made anew since
    series = series_claimed(lost.series_ref)
    if series is None or series.node != source.peer.node:
        raise Invalid("a claim is refused by whose series it is")
    give_way(source.home, lost, series, source.acting.now())
    return ""


def take_alarm(source: From, body: Mapping[str, Any]) -> str:
    """A node whose log contradicts what the peer witnessed; where its checkpoints prove it, it is doubted here too."""
    node, name, why = _node(body.get("node")), _line(body.get("name")), _line(body.get("why"))
    given = body.get("notes")
    notes = [each for each in given if isinstance(each, str)][:2] if isinstance(given, list) else []
    if any(len(each) > LONGEST_NOTE for each in notes):
        raise Invalid("a note has at most %(most)s characters", most=LONGEST_NOTE)
    accused = Peer.objects.filter(node=node, state=State.ACCEPTED).first()
    proven = accused is not None and _proven(notes, log_key(accused))
    raise_alarm(node, name, source.peer, why, notes, proven, source.acting.now())
    if accused is not None and proven and not accused.doubted:
        doubt(accused, f"{source.peer.name} showed two checkpoints that contradict each other", source.acting.now())
    return ""


def _proven(notes: list[str], log: Verifier) -> bool:
    try:
        return len(notes) == 2 and contradict(notes[0], notes[1], log)
    except Broken:
        return False


def _line(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME or not value.isprintable():
        raise Invalid("names are of one line")
    return value


def _country(value: object) -> str:
    if not isinstance(value, str) or not COUNTRY.fullmatch(value):
        raise Invalid("a country is two capital letters")
    return value


def _node(value: object) -> str:
    if not isinstance(value, str) or not DIGEST.fullmatch(value):
        raise Invalid("a node is called by 64 hex digits")
    return value


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise Invalid("a thing is named by its UUID") from None
