"""Follow another's list that corrects itself: what it says is knowledge, what it takes back is known no more.

Each page is one transaction with where it stands: killed at any moment and run again, it goes on behind the last page.
What rested on something that was taken back is written down in that transaction, and judged again behind it.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from tempfile import TemporaryFile
from typing import Any

from django.utils.translation import gettext as _

from havre.cases.models import Item
from havre.errors import Invalid
from havre.flows.home import Home
from havre.flows.know import judgement
from havre.flows.known_since import know_held
from havre.flows.list_door import Fetch, with_token, without_token
from havre.flows.rejudging import judge_again, open_indexes
from havre.flows.source import Offer, alone, begin, finish, holding, may_teach
from havre.hashlists.stretch import Stretch, begun, behind, question
from havre.hashlists.told import BadTold, PageTold, Told
from havre.matches.formats import FOLLOWED, labels
from havre.matches.formats.told_lists import page_of
from havre.matches.models import Heard, Knowledge, Match, Source
from havre.media.decode.outcomes import Broke, Exceeded, NotMedia
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting

TOLD_BAD = 100
"""Records that could not be used and are named in the answer; all of them are counted."""

BATCH = 200
"""Items judged again in one transaction."""

ASSUMED = "pertinent"

WITHOUT_MOMENTS = frozenset({"hma"})
"""Lists that do not say when something changed, nor that it is gone: they are read whole each time."""

UNHEARD = 500
"""Things that are withdrawn in one transaction, for a whole reading no longer named them."""


@dataclass(frozen=True, slots=True)
class Where:
    """A list that is followed: what it is, what it is called here, and where it lies."""

    kind: str
    name: str
    address: str = ""
    secret: str = ""
    """ThreatExchange's token, that stands in addresses; others are shown by what fetches."""
    label: str = ""


def follow(home: Home, acting: Acting, where: Where, fetch: Fetch) -> dict[str, Any]:
    """Read what a list says since it was last asked, page by page to its end. What was read, counted.

    Raises Unavailable where it stops answering: everything before is known, and the next run goes on there.
    """
    with _following(home, acting, where) as following:
        following.finish_judging()
        left = following.stretch.next
        following.read_stretch(fetch)
        if left:  # what an earlier run left ends where it ended then: there may be more since
            following.read_stretch(fetch)
    return following.told()


def follow_file(home: Home, acting: Acting, where: Where, body: bytes) -> dict[str, Any]:
    """The same of one answer that lies in a file."""
    with _following(home, acting, where) as following:
        following.finish_judging()
        following.take(following.read(body).told, following.stretch)
    return following.told()


def _kept(where: Where, page: PageTold) -> PageTold:
    """The page with what it goes on with as it may be kept: never with a token."""
    if where.kind != "threatexchange" or not page.next:
        return page
    return PageTold(page.told, without_token(page.next), page.newest)


@contextmanager
def _following(home: Home, acting: Acting, where: Where) -> Iterator["Following"]:
    may_teach(acting)
    if where.kind not in FOLLOWED:
        raise Invalid(_("a list is one of: %(kinds)s") % {"kinds": ", ".join(FOLLOWED)})
    if not where.name or "\0" in where.name or len(where.name) > 200:
        raise Invalid(_("give the list a name of at most 200 characters: it is what its knowledge is called here"))
    if where.kind == "stopncii" and not where.label:
        raise Invalid(_("StopNCII's hashes are of grown people's pictures: say with --label what they mean to you"))
    label = judgement(where.label or ASSUMED).name
    offer = Offer(where.name, f"told-{where.kind}", "", label, sha256(where.name.encode()).digest())
    source, _goes_on = begin(home, acting, offer)
    with alone(home, source):
        source.refresh_from_db()
        following = Following(home, acting, source, where)
        yield following
        know_held(home, acting, source)
        finish(home, acting, source, offer, {**source.told, **following.told()})


@dataclass
class Following:
    """One process following one list."""

    home: Home
    acting: Acting
    source: Source
    where: Where
    counts: Counter[str] = field(default_factory=Counter)
    bad: list[BadTold] = field(default_factory=list)
    anew: bool = False
    """Whether this run has begun its stretch anew."""
    reading: int = 0
    """By which moment a reading of a list without moments is known, also in the run that goes on with it."""

    @property
    def now(self) -> int:
        """Seconds of the epoch."""
        at: datetime = self.acting.now()
        return int(at.timestamp())

    @property
    def stretch(self) -> Stretch:
        """Where an earlier run stopped."""
        return Stretch(**self.source.told.get("stretch", {}))

    def told(self) -> dict[str, Any]:
        """The answer: read is the sum of what came of it."""
        names = ("added", "changed", "withdrawn", "repeated", "older", "unknown", "bad")
        counts = {name: self.counts[name] for name in names}
        judged = {"judged_again": self.counts["judged again"]}
        bad = [asdict(each) for each in self.bad]
        named = {"source": self.source.pk, "name": self.source.path, "format": self.where.kind}
        return {**named, "read": sum(counts.values()), **counts, **judged, "bad_records": bad}

    def read_stretch(self, fetch: Fetch) -> None:
        """Everything of a stretch, page by page: the one that was left, or what changed since the last."""
        stretch = begun(self.stretch, self.now)
        more = True
        while more:
            page, stretch = self.asked(fetch, stretch)
            self.reading = stretch.until
            stretch = behind(stretch, _kept(self.where, page), self.where.kind, self.now)
            self.take(page.told, stretch)
            more = bool(page.next)
        if self.where.kind in WITHOUT_MOMENTS:
            self._withdraw_unheard()

    def asked(self, fetch: Fetch, stretch: Stretch) -> tuple[PageTold, Stretch]:
        """The next page. What it was to go on with may be too old for the list: then the stretch begins anew, once."""
        try:
            return self._page(fetch, stretch), stretch
        except Invalid:
            if not stretch.next or self.anew:
                raise
            self.anew = True
            anew = begun(Stretch(stretch.since), self.now)
            return self._page(fetch, anew), anew

    def _page(self, fetch: Fetch, stretch: Stretch) -> PageTold:
        address = question(self.where.kind, self.where.address, stretch)
        return self.read(fetch(with_token(address, self.where.secret) if self.where.secret else address))

    def read(self, body: bytes) -> PageTold:
        """A page, read in the sandbox."""
        with TemporaryFile() as file:
            file.write(body)
            file.flush()
            os.lseek(file.fileno(), 0, os.SEEK_SET)
            try:
                with self.home.worker() as worker:
                    return page_of(worker.stream(f"told-{self.where.kind}", file.fileno()))
            except (Broke, Exceeded, NotMedia) as error:
                raise Invalid(_("the list's answer could not be read (%(error)s)") % {"error": error}) from error

    def take(self, records: Sequence[Told | BadTold], stretch: Stretch) -> None:
        """Everything of a page, and where it leaves us; then what rested on what it took back is judged again."""
        with holding(self.acting.unit):
            self._forget(self._write([each for each in records if isinstance(each, Told)]), stretch)
        for each in records:
            if isinstance(each, BadTold):
                self.counts["bad"] += 1
                self.bad = [*self.bad, each][:TOLD_BAD]
        self.finish_judging()

    def _withdraw_unheard(self) -> None:
        """What the reading that just ended did not name is gone from the list: it says so in no other way."""
        rows = Heard.objects.filter(source=self.source).exclude(changed=self.reading).order_by("pk")
        while some := list(rows[:UNHEARD]):
            known = [row.knowledge_id for row in some if row.knowledge_id is not None]
            with holding(self.acting.unit):
                Heard.objects.filter(pk__in=[row.pk for row in some]).delete()
                self._forget(known, self.stretch)
            self.counts["withdrawn"] += len(known)
            self.finish_judging()

    def _forget(self, whole: Sequence[int], stretch: Stretch) -> None:
        """This knowledge is gone, and what rested on it is written down, with where we stand."""
        gone = [*whole, *Knowledge.objects.filter(whole__in=whole).values_list("pk", flat=True)]
        kept = {"stretch": asdict(stretch), "gone": gone, "resting": self._resting_on(gone)}
        Knowledge.objects.filter(pk__in=gone, source=self.source).delete()
        self.source.told = {**self.source.told, **kept}
        self.source.save(update_fields=["told"])

    def finish_judging(self) -> None:
        """What an earlier page, or an earlier run, left to be judged again."""
        gone, resting = self.source.told.get("gone", []), self.source.told.get("resting", [])
        if not gone and not resting:
            return
        indexes = open_indexes(self.home, self.acting.unit)
        indexes.known.index.remove(gone)
        while resting:
            items = owned_by(self.acting.unit, Item.objects, "intake__case__unit").filter(pk__in=resting[:BATCH])
            with holding(self.acting.unit):
                judge_again(self.acting.unit, list(items.order_by("id")), indexes)
                self.counts["judged again"] += len(resting[:BATCH])
                resting = resting[BATCH:]
                self.source.told = {**self.source.told, "resting": resting}
                self.source.save(update_fields=["told"])
        with holding(self.acting.unit):
            self.source.told = {**self.source.told, "gone": []}
            self.source.save(update_fields=["told"])

    def _write(self, records: Sequence[Told]) -> list[int]:
        """Write what is new or otherwise; the knowledge that is not so any more."""
        newest = {_key(each): each for each in sorted(records, key=lambda each: (each.changed, each.retracted))}
        self.counts["repeated"] += len(records) - len(newest)
        rows = Heard.objects.filter(source=self.source, key__in=list(newest))
        held = {bytes(row.key): row for row in rows}
        fresh = {key: each for key, each in newest.items() if self._is_fresh(each, held.get(key))}
        gone = [row.knowledge_id for key, row in held.items() if key in fresh and row.knowledge_id is not None]
        living = {key: _row(self.source, each) for key, each in fresh.items() if not each.retracted}
        Heard.objects.filter(pk__in=[held[key].pk for key in fresh if key in held]).delete()
        Knowledge.objects.bulk_create(living.values())
        Knowledge.objects.bulk_create(frame for key, whole in living.items() for frame in _frames(whole, fresh[key]))
        mark = self.reading if self.where.kind in WITHOUT_MOMENTS else None
        if mark is not None:
            Heard.objects.filter(pk__in=[row.pk for key, row in held.items() if key not in fresh]).update(changed=mark)
        Heard.objects.bulk_create(
            Heard(
                source=self.source,
                key=key,
                changed=each.changed if mark is None else mark,
                knowledge=living.get(key),
            )
            for key, each in fresh.items()
        )
        return gone

    def _is_fresh(self, told: Told, held: Heard | None) -> bool:
        """Whether this says more than what was heard: lists tell things again, and in no order."""
        if held is None:
            self.counts["unknown" if told.retracted else "added"] += 1
            return True
        said = told.changed if self.where.kind in WITHOUT_MOMENTS else held.changed
        if told.changed < said:
            self.counts["older"] += 1
            return False
        if told.changed == said and told.retracted == (held.knowledge_id is None):
            self.counts["repeated"] += 1
            return False
        self.counts["withdrawn" if told.retracted else "changed"] += 1
        return True

    def _resting_on(self, gone: Sequence[int]) -> list[int]:
        return sorted(set(Match.objects.filter(knowledge__in=gone).values_list("item", flat=True)))


def _key(told: Told) -> bytes:
    return sha256(told.key.encode("utf-8", "replace")).digest()[:16]


def _row(source: Source, told: Told) -> Knowledge:
    """What is known of a whole content: the first value of each method."""
    values: dict[str, bytes] = {}
    for signal in told.signals:
        values.setdefault(signal.method, bytes.fromhex(signal.value))
    industry = labels.scheme("industry").by_category
    named = next((industry[tag] for tag in told.tags if tag in industry), None)
    label = named or labels.label(source.label)
    facts = {"list_says": list(told.tags), "agree": told.agree, "disagree": told.disagree}
    return Knowledge(
        source=source,
        unit_id=source.unit_id,
        label=label.name,
        pertinent=label.pertinent,
        category=label.category,
        path=told.key[:500],
        facts={name: value for name, value in facts.items() if value},
        **values,
    )


def _frames(whole: Knowledge, told: Told) -> list[Knowledge]:
    """Further PDQ of the same content: each finds it too."""
    further = [each for each in told.signals if each.method == "pdq"][1:]
    shared = {"source": whole.source, "unit_id": whole.unit_id, "label": whole.label, "pertinent": whole.pertinent}
    return [
        Knowledge(pdq=bytes.fromhex(each.value), whole=whole, path=whole.path, category=whole.category, **shared)
        for each in further
    ]
