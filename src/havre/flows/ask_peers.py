"""What a peer may know is told to it, and what it says of that is kept: one exchange after another.

What travels is decided as it is made, and logged before it leaves. What is lost on the way is made again; an answer
that came says what arrived.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from havre.errors import Refused
from havre.flows.home import Home, durable, must_go_on
from havre.flows.restored import go_on, waits
from havre.flows.taking_from import TROUBLE, printable, said_of
from havre.flows.tell_peer import MOST_AT_ONCE, Made, Telling
from havre.flows.witness import CHECKPOINT, halt, offer, went_back
from havre.network.meet import due, locked, own, renewed, signing_keys
from havre.network.models import Peer
from havre.network.outbox import Looked, accepted, begin_anew, drafts, settle, tell
from havre.sealing.bundle import Answer, must_answer, read_answer
from havre.sealing.envelope import Random
from havre.sealing.message import Place, digest_of, header_of, must_be_signed
from havre.sealing.statement import Statement
from havre.units.acting import Acting, Clock

Transport = Callable[[Peer, str], str]
"""Carries a request to a peer and brings its answer. Raises Unavailable where none came."""

HEARTBEAT = timedelta(seconds=30)
"""So often a peer is asked although nothing waits: it may have lost something, changed its keys, or be gone."""

MOST_ROUNDS = 1_000
"""Requests of one exchange; the next exchange goes on."""
GENERATIONS_AHEAD = 16
"""Generations of our own keys that may have been lost with a newer state."""


@dataclass
class Exchanged:
    """What passed in one exchange with a peer."""

    requests: int = 0
    sent: int = 0
    acknowledged: int = 0
    things: int = 0
    trouble: str = ""


def ask_all(
    home: Home, clock: Clock, transport: Transport, random: Random, *, everyone: bool = False
) -> dict[str, Exchanged]:
    """Exchange with every peer whose turn it is or for which something waits; with `everyone` no turn is waited for."""
    if own() is None:
        return {}
    if waits(home):
        hear(home, clock, transport, random)
    must_go_on(home)
    turn = {peer.pk for peer in due(clock(), timedelta(0) if everyone else HEARTBEAT)}
    return {
        peer.name: exchange(home, clock, peer, transport, random)
        for peer in waiting_or(turn)
        if peer.pk in turn or something_waits(peer, clock())
    }


def hear(home: Home, clock: Clock, transport: Transport, random: Random) -> None:
    """Ask every peer, telling it nothing, how much it has of this node, which was restored; go on once one answered.

    Raises Broken where one has more than is here: then this node is halted.
    """
    heard = []
    for peer in Peer.objects.filter(state="accepted").select_related("accepted_by__unit").order_by("id"):
        asking = _Exchange(Telling(home, clock, peer.pk, random), transport, Exchanged())
        try:
            asking.settled(made := asking.made(0), transport(peer, made.text))
        except TROUBLE as error:
            _put_off(peer.pk, clock(), said_of(error))
        else:
            heard.append(peer)
    if heard:
        acting = Acting(heard[0].accepted_by or heard[0].introduced_by, clock, f"exchange with {heard[0].name}")
        go_on(home, acting, f"heard from {', '.join(peer.name for peer in heard)}"[:500])


def waiting_or(turn: set[int]) -> list[Peer]:
    """Peers whose turn it is, and those that answered last and may be told something at once."""
    rows = Peer.objects.filter(state="accepted").select_related("accepted_by__unit").order_by("id")
    return [peer for peer in rows if peer.pk in turn or (peer.tries == 0 and not peer.doubted)]


def something_waits(peer: Peer, at: datetime) -> bool:
    """Whether the peer is to be told something; what it may not know is passed over, without any contact."""
    looked = Looked(peer.cursor)
    with durable():
        held = locked().get(pk=peer.pk)
        found = drafts(held, at, looked, 1)
        held.cursor = max(held.cursor, looked.cursor)
        held.save(update_fields=["cursor", "groups", "round"])
    return bool(found)


def exchange(home: Home, clock: Clock, peer: Peer, transport: Transport, random: Random) -> Exchanged:
    """Tell the peer all that waits, and show it our log; trouble is kept with the peer and tried again later."""
    done = Exchanged()
    try:
        _Exchange(Telling(home, clock, peer.pk, random), transport, done).run()
    except TROUBLE as error:
        done.trouble = said_of(error)
        _put_off(peer.pk, clock(), done.trouble)
    return done


def _put_off(key: int, at: datetime, trouble: str) -> None:
    with durable():
        peer = locked().get(pk=key)
        peer.tries += 1
        peer.trouble = trouble
        peer.again_at = at + _pause(peer.tries)
        peer.save(update_fields=["tries", "trouble", "again_at"])


def _pause(tries: int) -> timedelta:
    """How long a peer is left alone after so many tries in vain."""
    return min(HEARTBEAT, timedelta(seconds=2 ** min(tries, 10)))


@dataclass
class _Exchange:
    telling: Telling
    transport: Transport
    done: Exchanged
    witnessed: str = ""
    dropped: str = ""
    """The last that could not be told."""

    def run(self) -> None:
        """One request after another, until the peer has all and says so."""
        for number in range(MOST_ROUNDS):
            must_go_on(self.home)
            made = self.made()
            if number and not made.messages:
                return
            answer = self.transport(self.telling.peer(), made.text)
            self.done.requests += 1
            went_on = self.settled(made, answer)
            offered = self.offered() if went_on or not number else False
            if not (went_on or offered):
                return

    @property
    def home(self) -> Home:
        return self.telling.home

    @property
    def clock(self) -> Clock:
        return self.telling.clock

    def made(self, most: int = MOST_AT_ONCE) -> Made:
        """The next request; what it tells is counted."""
        made = self.telling.made(most)
        self.done.sent += made.messages
        self.done.things += made.things
        self.dropped = made.dropped or self.dropped
        return made

    # ---- what comes back ----

    def settled(self, made: Made, text: str) -> bool:
        """Keep what the answer says; whether anything went on."""
        statement, answer = read_answer(text)
        with durable():
            peer = self.telling.locked()
            self._prove(peer, statement, answer, made.digest)
            was = peer.sent_number
            lost = self._acknowledge(peer, answer, text)
            anew = bool(answer.anew) and answer.anew != peer.anew_done
            if anew:
                peer.anew_done, peer.behind_at = answer.anew, self.clock()
                begin_anew(peer)
            went_on = peer.sent_number > was  # a new word alone brings nothing on
            self._note(peer, answer, made.at, went_on=went_on)
            peer.save()
        self.witnessed = answer.witnessed
        self._stop_if(peer, lost or went_back(self.home, answer.witnessed))
        self.done.acknowledged += peer.sent_number - was
        self.done.trouble = answer.refused or self.dropped
        return went_on

    def _prove(self, peer: Peer, statement: Statement, answer: Answer, digest: str) -> None:
        if answer.introduction:
            renewed(peer, answer.introduction, self.clock())
        keys = signing_keys(peer)

        def accepts(message: bytes, signature: bytes) -> bool:
            return any(key.accepts(message, signature) for key in keys)

        must_answer(statement, answer, digest, self.home.node, peer.node, accepts)

    def _acknowledge(self, peer: Peer, answer: Answer, text: str) -> str:
        """What arrived; or why it shows that this node went back: it took more of us than we know of."""
        if answer.received.number <= peer.sent_number:
            return ""
        chain = accepted(peer, answer.received)
        if chain is not None:
            settle(peer, chain, text, self.clock())
            return ""
        if peer.in_flight.filter(digest=answer.received.digest).exists():
            raise Refused("the peer says it took messages that do not follow one another")
        lost_at = self._signed_by_us(answer, peer)
        peer.sent_number, peer.sent_digest = answer.received.number, answer.received.digest
        begin_anew(peer)
        me = own()
        if me is not None and me.resolved_at is not None and lost_at <= me.resolved_at:
            return ""
        return f"it took message {answer.received.number} of this node, which this node does not know of any more"

    def _signed_by_us(self, answer: Answer, peer: Peer) -> datetime:
        """When we made the message that the peer shows. Raises Refused where we never signed it."""
        shown = {name: answer.proof.get(name, "") for name in ("header", "seal", "signature")}
        header = header_of(shown["header"])
        me = own()
        newest = GENERATIONS_AHEAD + (me.generation if me is not None else 0)
        keys = [self.home.keys.peer(each).signer.verifier for each in range(newest)]
        must_be_signed(shown["header"], shown["seal"], shown["signature"], header.key, keys)
        place = Place(header.number, digest_of(shown["header"], shown["seal"]))
        if place != answer.received or (header.sender, header.recipient) != (self.home.node, peer.node):
            raise Refused("the peer shows another message than the one it says it took last")
        return datetime.fromisoformat(header.made_at)

    def _note(self, peer: Peer, answer: Answer, asked_at: datetime, *, went_on: bool) -> None:
        at = self.clock()
        stuck = bool(answer.refused) and not went_on
        peer.tries = peer.tries + 1 if stuck else 0
        peer.contact_at, peer.again_at = at, at + (_pause(peer.tries) if stuck else HEARTBEAT)
        peer.holds, peer.trouble = answer.holds, printable(answer.refused or self.dropped)
        if answer.troubles and not answer.refused:
            peer.trouble = printable(answer.troubles[0][1])
        try:
            theirs = datetime.fromisoformat(answer.made_at)
            peer.clock_difference = (theirs - asked_at - (at - asked_at) / 2).total_seconds()
        except (ValueError, TypeError):
            peer.clock_difference = None

    def _stop_if(self, peer: Peer, why: str) -> None:
        """Where this node went back, the peer is told so, and then nothing is signed any more."""
        if not why:
            return
        with durable():
            tell(peer, CHECKPOINT, {"broken": why}, self.clock(), urgent=True)
        made = self.made(1)  # what is urgent, which nothing is logged of
        halt(self.home, f"{why} (seen by {peer.name})")
        self.home.settings.unheard.unlink(missing_ok=True)
        self.transport(self.telling.peer(), made.text)
        must_go_on(self.home)

    def offered(self) -> bool:
        """Show the peer our log, if it is time."""
        peer = self.telling.peer()
        return not peer.doubted and offer(self.home, self.telling.acting(peer), peer, self.witnessed)
