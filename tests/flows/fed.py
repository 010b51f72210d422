"""A node with a feed: media that were judged and may go to platforms, on lists, and who reads them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from havre.assessments.facts import Facts
from havre.assessments.models import Act, Stack, Stacked, Tab
from havre.assessments.say import Saying, say, settle
from havre.feeds.models import Entry, Feed, HashList, State, Subscriber
from havre.feeds.queries import feed_for
from havre.fingerprints.pdq_turned import turned
from havre.flows import feed_entries
from havre.flows.feed_keys import make_keys
from havre.flows.feed_subscribers import add_subscriber
from havre.flows.publish_feed import Done, publish
from havre.media.models import Fingerprint, Medium
from havre.restrictions.keep import say as word
from havre.restrictions.model import Level, Restriction
from havre.restrictions.models import Kind
from havre.restrictions.rules import complete
from havre.units.acting import Acting
from tests.cast import NOON, Node
from tests.exchange.shared import confirmed
from tests.hashlists.made import made

YES = Facts("6-9", ("act",), "camera")
MADE = Facts("6-9", ("act",), "generated")
TO_PLATFORMS = Restriction(Level.OPEN, groups=frozenset({"platform"}), onward=True)


def chance(seed: int) -> Callable[[int], bytes]:
    """Bytes of chance, the same for the same seed."""
    from_seed = Random(seed)
    return lambda length: from_seed.randbytes(length)


def nowadays(acting: Acting) -> Acting:
    """The same person, now."""
    return replace(acting, clock=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Fed:
    """A node whose Belgian unit has a feed."""

    node: Node
    folder: Path
    """Of root keys."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def feed(self) -> Feed:
        """As it is now."""
        return feed_for(self.node.anke.person)

    @property
    def root(self) -> bytes:
        """The first root."""
        return (self.folder / "1.root.json").read_bytes()

    def medium(
        self, facts: Facts = YES, label: str = "1", quality: int = 90, to: Restriction | None = TO_PLATFORMS
    ) -> Medium:
        """A medium of a confirmed series that was judged so, under this restriction."""
        number = next(self.numbers)
        series = confirmed(self.node.anke, 1, f"Series {number}")
        medium = series.members.get().medium
        orientations = turned(Random(f"pdq {medium.pk}").randbytes(32))
        values = {"frame": 0, "method": "pdq", "version": "1", "quality": quality, "partial": False}
        Fingerprint.objects.create(medium=medium, orientations=orientations, **values)
        _judged(self.node.anke, medium, Saying(label, facts))
        if to is not None:  # as rows: that others hear of it costs more than all else here
            word(self.node.anke.unit, Kind.SERIES, series.pk, complete(to, NOON), self.node.anke.person, NOON)
        return medium

    def propose(self, medium: Medium, name: str = "national-be") -> Entry:
        """Anke proposes it."""
        return feed_entries.propose(self.node.home, self.node.anke, bytes(medium.sha256).hex(), name)

    def entry(self, name: str = "national-be", **given: Any) -> Entry:
        """One that Bram confirmed."""
        return feed_entries.confirm(self.node.home, self.node.bram, self.propose(self.medium(**given), name).number)

    def publish(self) -> Done:
        """Anke publishes, by the real clock: python-tuf's client goes by it."""
        return publish(self.node.home, nowadays(self.node.anke))

    def propose_many(self, count: int) -> None:
        """So many more are confirmed, without anybody's judgement: rows alone."""
        locked = self.feed
        listed = HashList.objects.get(feed=locked, name="national-be")
        for _ in range(count):
            number = feed_entries.next_number(locked)
            signals = [[each.method, each.version, each.value] for each in made(number).signals]
            values = {"state": State.CONFIRMED, "due": True, "kind": "picture", "confirmed": 2}
            Entry.objects.create(
                listed=listed, number=number, unit=locked.unit, signals=signals, proposed_at=NOON, **values
            )

    def reader(self, name: str = "Platform", *lists: str) -> tuple[Subscriber, str]:
        """Somebody who reads these lists, and their token."""
        told = add_subscriber(
            self.node.home, self.node.anke, name, "platform", lists or ["national-be"], random=chance(len(name))
        )
        return Subscriber.objects.get(name=name), told["token"]


def _judged(by: Acting, medium: Medium, saying: Saying) -> None:
    """As the only one in its stack."""
    item = medium.exhibits.get().item
    kept = {"found": Tab.NEW, "tab": Tab.NEW, "heading": "", "rank": 0}
    stack = Stack.objects.create(unit=by.unit, intake=item.intake, item=item, medium=medium, **kept)
    Stacked.objects.create(medium=medium, stack=stack)
    act = Act.objects.create(unit=by.unit, person=by.person, at=NOON, once=f"medium {medium.pk}")
    say(act, [stack], saying, supervisor=True)
    settle(by.unit, [stack], alone=True)


def fed(node: Node, folder: Path) -> Fed:
    """Anke makes the feed."""
    make_keys(node.home, nowadays(node.anke), folder, random=chance(1))
    return Fed(node, folder)


def lines_of(home: Any, feed: Feed) -> bytes:
    """Every byte that lies in the folder of a feed, what is packed unpacked."""
    from havre.feeds.lay import zstd

    found = []
    for path in sorted((home.settings.feeds / str(feed.pk)).rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        found.append(zstd.decompress(content) if content.startswith(b"\x28\xb5\x2f\xfd") else content)
        found.append(str(path.relative_to(home.settings.home)).encode())
    return b"\n".join(found)
