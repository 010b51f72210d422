"""A request of another node, from its signature to the signed answer: each message is taken once, in order, or refused.

Everything a request brings is taken in one transaction, so that whoever is killed meanwhile has taken none of it.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from havre.errors import Invalid, NotFound, Refused
from havre.flows.claim_refused import REFUSED
from havre.flows.groups_told import take_group
from havre.flows.home import Home, durable, log, must_go_on, seal_log, take_turn
from havre.flows.peers_told import take_alarm, take_refused, take_things, take_word
from havre.flows.return_seen import take_seen
from havre.flows.taking_from import UNFIT, From, said_of
from havre.flows.witness import take_checkpoint, take_countersigned
from havre.network.inbox import refuse, take_up, took
from havre.network.meet import accepted_peer, common_protocol, locked, own, renewed, signing_keys
from havre.network.models import Incoming, Own, Peer, State
from havre.sealing.bundle import REQUEST, Answer, Posted, Request, answered, digest_of, read_request
from havre.sealing.certificate import Shown
from havre.sealing.message import Expected, Header, Message, Place, opened, proven
from havre.sealing.peer import PROTOCOLS
from havre.sealing.secret import Secrets
from havre.sealing.sign import Verifier
from havre.sealing.statement import canonical
from havre.units.acting import Acting, Clock

Take = Callable[[From, Mapping[str, Any]], str]
"""Applies one message; what could not be applied, as a sentence, or nothing."""

TAKES: Mapping[str, Take] = {
    "things": take_things,
    "word": take_word,
    "group": take_group,
    "checkpoint": take_checkpoint,
    "countersigned": take_countersigned,
    "alarm": take_alarm,
    "seen": take_seen,
    REFUSED: take_refused,
}

QUIET = frozenset({"checkpoint", "countersigned"})
"""Kinds that the log does not mention: nodes would write of each other's logs for ever."""

NOBODY = "there is nothing here for you"


def receive(home: Home, clock: Clock, text: str, shown: Shown | None = None) -> str:
    """The signed answer to a request; `shown` is who showed a certificate at the door.

    Raises NotFound for whoever is no accepted peer, Refused where the request is not signed by it, Invalid where it is
    no request; then nothing was taken.
    """
    must_go_on(home)
    posted = read_request(text)
    me = own()
    if me is None or posted.claims.recipient != home.node:
        raise NotFound(NOBODY)
    with durable():
        peer = _locked(posted.claims.sender, me.hub, shown)
        _prove(peer, posted, clock)
        take_turn()
        acting = Acting(peer.accepted_by or peer.introduced_by, clock, f"exchange with {peer.name}")
        taking = Taking(home, me, peer, acting, home.keys.peer(me.generation), signing_keys(peer))
        taking.take(posted)
        answer = taking.answer(posted)
        peer.save()
    if taking.logged:
        seal_log(home, acting)
    return answer


def _locked(node: str, hub: str, shown: Shown | None) -> Peer:
    found = accepted_peer(node)
    if found is None:
        raise NotFound(NOBODY)
    peer = locked().get(pk=found.pk)
    if peer.state != State.ACCEPTED:  # it was turned away meanwhile
        raise NotFound(NOBODY)
    if shown is not None and shown.node != peer.node:
        if shown.node not in (peer.hub, hub) or accepted_peer(shown.node) is None:
            raise NotFound(NOBODY)
    elif shown is not None and shown.generation < peer.generation:
        raise Refused("the certificate is of a generation that no longer counts")
    return peer


def _prove(peer: Peer, posted: Posted, clock: Clock) -> None:
    """The request is of this peer, with keys that count; newer ones are taken first."""
    if posted.claims.introduction:
        renewed(peer, posted.claims.introduction, clock())
    keys = signing_keys(peer)
    for key in keys:
        try:
            posted.statement.proven(REQUEST, key.accepts)
        except Refused:
            continue
        return
    raise Refused("the request is not signed with the key that the node was introduced with")


@dataclass
class Taking:
    """One request, while its messages are taken."""

    home: Home
    own: Own
    peer: Peer
    acting: Acting
    secrets: Secrets
    keys: list[Verifier]
    """Of the peer, as they count now."""
    refused: str = ""
    troubles: list[tuple[int, str]] = field(default_factory=list)
    taken: list[Incoming] = field(default_factory=list)
    logged: bool = False

    def take(self, posted: Posted) -> None:
        """Take the messages that follow what was taken before; refuse the others, with the reason."""
        self._notice_loss(posted.claims)
        news: Counter[str] = Counter()
        self.refused = f"doubted: {self.peer.doubted}"[:500] if self.peer.doubted else ""
        for message in posted.messages:
            why = self.refused if self.peer.doubted else self._refused_or_taken(message)
            if why:
                self.refused = self.refused or why
                self.peer.gaps += why.startswith("a gap")
                news[why] += refuse(self.peer, message, why[:120], self.acting.now())
        Incoming.objects.bulk_create(self.taken)
        self.peer.contact_at = self.acting.now()
        self._log(+news)

    def _notice_loss(self, claims: Request) -> None:
        """What the peer says we acknowledged, and we do not have: we went back, and ask for all of it again."""
        lost = claims.acknowledged.number > self.peer.received_number
        if lost and not self.peer.doubted:
            take_up(self.peer, claims.acknowledged.number, claims.acknowledged.digest, claims.nonce[:32])

    def _refused_or_taken(self, message: Message) -> str:
        peer = self.peer
        expected = Expected(self.home.node, peer.node, self.keys, peer.received, PROTOCOLS)
        try:
            header = proven(message, expected)
            body = opened(message, self.secrets.opener)
        except (Refused, Invalid) as error:
            return str(error)
        row = took(peer, message, header, self.acting.now())
        self.taken.append(row)
        row.trouble = self._applied(row, header, body)
        if row.trouble:
            self.troubles.append((row.number, row.trouble))
        return ""

    def _applied(self, row: Incoming, header: Header, body: Mapping[str, Any]) -> str:
        take = TAKES.get(header.kind)
        source = From(self.home, self.acting, self.peer, header.number)
        with _apart() as trouble:
            trouble.append(take(source, body) if take is not None else _kept(row, body))
        return trouble[-1]

    def _log(self, refused: Mapping[str, int]) -> None:
        spoken = [row for row in self.taken if row.kind not in QUIET]
        if spoken:
            numbers = [spoken[0].number, spoken[-1].number]
            kinds = dict(Counter(row.kind for row in spoken))
            self._write({"act": "received", "messages": numbers, "kinds": kinds, "last": spoken[-1].digest})
        if refused:
            self._write({"act": "refused", "messages": dict(refused)})

    def _write(self, detail: Mapping[str, object]) -> None:
        log(self.home, self.acting, "change", f"peer {self.peer.name}", detail)
        self.logged = True

    def answer(self, posted: Posted) -> str:
        """What came of it, signed."""
        newest = self.peer.witnessed.order_by("-number").first()
        told = Answer(
            protocol=common_protocol(posted.claims.protocols),
            sender=self.home.node,
            recipient=self.peer.node,
            answers=digest_of(posted.statement),
            made_at=self.acting.now().isoformat(),
            serial=self.own.serial,
            holds=self.peer.serial,
            received=Place(self.peer.received_number, self.peer.received_digest),
            proof=self.peer.received_proof,
            refused=self.refused,
            troubles=tuple(self.troubles[:100]),
            anew=self.peer.anew,
            introduction=self.own.introduction if posted.claims.holds < self.own.serial else "",
            witnessed=newest.note if newest is not None else "",
        )
        return answered(told, self.secrets.signer)


def _kept(row: Incoming, body: Mapping[str, Any]) -> str:
    if "\\u0000" in canonical(body):  # which no database keeps everywhere
        raise Invalid("what it says cannot be kept")
    json.dumps(body, ensure_ascii=False).encode()  # nor half a character: a ValueError
    row.kept = dict(body)
    return "this node does not know that kind of message yet: it is kept"


@contextmanager
def _apart() -> Iterator[list[str]]:
    """What cannot be applied is undone alone, and told; what fails for another reason undoes everything."""
    trouble: list[str] = []
    try:
        with transaction.atomic():
            yield trouble
    except UNFIT as error:
        trouble.append(said_of(error))
