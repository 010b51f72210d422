"""Uploads are matched in a platform's own house: subscribe to a feed, keep its lists fresh, ask. Nothing is kept.

Neither Django nor a database is needed here. Bytes are decoded in the sandbox alone.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from havre.errors import HavreError, Invalid, Unavailable
from havre.fingerprints.exact import digest
from havre.fingerprints.pdq import MIN_QUALITY, ORIENTATIONS
from havre.fingerprints.video import Film
from havre.flows.match_films import Filming, Spent, film_of_looks, unheard
from havre.flows.match_votes import keep, say
from havre.hashlists.entry import FILM, Signal
from havre.media.decode.outcomes import Broke, Decoded, Exceeded, NotMedia
from havre.media.decode.pool import Pool
from havre.media.kinds import kind_of
from havre.subscription.feed import STALE_AFTER, Changed, Subscription
from havre.subscription.fetcher import Fetcher
from havre.subscription.known import Known, Match, Question, signals_of
from havre.subscription.proxy import proxy_of
from havre.subscription.votes import Votes
from havre.subscription.words import Word

DECODERS = 2
EVERY = 60.0
"""Seconds between two looks at the feed."""
SOONEST = 1.0
"""Seconds to the next look where there is something to say: what is said meanwhile goes with it."""


@dataclass(frozen=True, slots=True)
class Prints:
    """What an upload can be found by."""

    digests: tuple[Signal, ...]
    pictures: tuple[bytes, ...] = ()
    """The 8 hashes of each frame that may be compared."""
    why_not: str = ""
    """Why it is compared by its bytes alone."""
    media: bool = True
    """Whether it is a file of a kind that platforms share, whole enough to be shown."""
    films: tuple[Film, ...] = ()
    """Of a film, the runs of each of its picture tracks; made where it is matched."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What an upload was compared by, and what it is in the lists; nothing where they do not know it."""

    matches: tuple[Match, ...]
    compared: tuple[str, ...]
    why_not: str = ""


class Lists:
    """A feed's lists in a folder: refreshed, asked by several threads at once, acknowledged once in use."""

    def __init__(
        self, subscription: Subscription, decoders: int = DECODERS, now: Callable[[], float] = time.time
    ) -> None:
        self._subscription, self._now = subscription, now
        self._pool = Pool(decoders)
        self._decoding = ThreadPoolExecutor(decoders)
        self._filming = Filming()
        self._known: Known | None = None
        self._enough, self._look = threading.Event(), threading.Event()
        self._behind: threading.Thread | None = None
        self.trouble = ""
        """Why the last look at the feed brought nothing; empty where it did."""
        self.read_anew: tuple[str, ...] = ()
        """Lists whose publisher turned out to have another history than the folder, and that were read as a whole."""

    # ---- lists ----

    def open(self) -> None:
        """Load what the folder holds, if it holds anything that the feed once said."""
        known = Known(self._subscription.folder)
        if known.checked():
            self._known = known

    def refresh(self) -> Changed:
        """Bring the lists to where the feed is, take them into use and say so. Raises what refreshing raises."""
        changed = self._subscription.refresh(int(self._now()))
        self.read_anew = tuple(sorted({*self.read_anew, *changed.anew}))
        if self._known is None:
            self.open()
        else:
            # Nothing may have moved for this process while another one refreshed, or after a sync that failed.
            self.known.sync()
        trouble = self._subscription.acknowledge(self.known.in_use)
        self.trouble = "; ".join([*trouble, *filter(None, [self._subscription.tell().trouble])])
        return changed

    def fresh(self) -> None:
        """Refresh, or go on with what the folder holds where that can't be done now; then `trouble` says why.

        Raises Unavailable where it holds nothing yet.
        """
        try:
            self.refresh()
        except HavreError as error:
            self.trouble = str(error)
            if self._known is None:
                self.open()
            else:
                self.known.sync()
            if self._known is None:
                raise

    def watch(self, every: float = EVERY) -> None:
        """Look at the feed every so many seconds, behind whoever asks, until this is closed."""
        self._behind = threading.Thread(target=self._watching, args=(every,), name="havre-feed", daemon=True)
        self._behind.start()

    def _watching(self, every: float) -> None:
        while True:
            try:
                if self._known is None:
                    self.open()
                self.fresh()
            except Exception as error:  # whatever it is, the lists that are in use go on, and are called stale in time
                self.trouble = str(error) if isinstance(error, HavreError) else type(error).__name__
            if self._look.wait(every):  # somebody has something to say, or this ends
                self._look.clear()
                self._enough.wait(min(every, SOONEST))
            if self._enough.is_set():
                return

    @property
    def loaded(self) -> bool:
        """Whether there are lists in use."""
        return self._known is not None

    @property
    def stale(self) -> bool:
        """Whether the feed has been silent, or refused, for too long."""
        return self._known is None or self._now() - self._known.checked() > STALE_AFTER

    @property
    def known(self) -> Known:
        """The lists in use. Raises Unavailable where there are none yet."""
        if self._known is None:
            why = f" ({self.trouble})" if self.trouble else ""
            raise Unavailable("the lists are not loaded yet%(why)s: try again in a moment", why=why)
        return self._known

    def vote(self, name: str, number: int, *, up: bool, reason: str = "") -> bool:
        """Say whether an entry is right, from who looked: told to the publisher now, or kept until it can be.

        Whether the publisher has it. Raises Invalid for what is no vote, or is refused.
        """
        said = say(self._subscription, [Word(name, number, up, reason)])
        for each in said.bad:
            raise Invalid("%(why)s", why=each.why)
        return not said.waiting

    def say(self, words: Sequence[Word], who: str = "") -> list[str]:
        """Keep words on entries, which are told behind whoever says them; of each why it is not kept, or nothing."""
        bad = {each.place: each.why for each in keep(self._subscription, words, who)}
        self._look.set()
        return [bad.get(place, "") for place in range(1, len(words) + 1)]

    @property
    def votes(self) -> Votes:
        """What was said and the publisher does not have."""
        return self._subscription.votes

    # ---- questions ----

    def match(self, content: bytes, who: str = "", spent: Spent = unheard) -> Looked:
        """What the lists say of an upload. Raises Invalid for what is no media and in no list.

        Raises Unavailable for a film where too many others wait, or too many of whoever sends it. `spent` hears how
        many seconds a film took.
        """
        with self._filming.turn(who) if is_film(content) else nullcontext():
            (found,) = self.match_prints([self._making(content, spent).result()])
        if isinstance(found, Invalid):
            raise found
        return found

    def match_many(self, contents: Sequence[bytes]) -> list[Looked | Invalid]:
        """What the lists say of each; for what is no media and in no list, why it can't be compared."""
        making = [self._making(content) for content in contents]
        return self.match_prints([each.result() for each in making])

    def match_prints(self, prints: Sequence[Prints]) -> list[Looked | Invalid]:
        """The same of what uploads can be found by, as `prints` gave it then: what is listed since is found too."""
        found = self.known.ask([Question(each.digests, each.pictures, each.films) for each in prints])
        return [_looked(each, matches) for each, matches in zip(prints, found, strict=True)]

    def match_signals(self, questions: Sequence[Sequence[Signal]]) -> list[list[Match]]:
        """What the lists say of hashes, each asked as it is; looks of a film in all orientations."""
        return self.known.ask([question_of(tuple(signals)) for signals in questions])

    async def match_later(self, content: bytes) -> Looked:
        """`match`, for whoever goes on meanwhile; films wait for each other."""
        (found,) = await asyncio.to_thread(self.match_many, [content])
        if isinstance(found, Invalid):
            raise found
        return found

    def _making(self, content: bytes, spent: Spent = unheard) -> "Future[Prints]":
        if is_film(content):
            return self._filming.executor.submit(self._film_prints, content, spent)
        return self._decoding.submit(self.prints, content)

    def _film_prints(self, content: bytes, spent: Spent) -> Prints:
        """What a film can be found by, its runs among it."""
        made, kind = self.prints(content), kind_of(content)
        assert kind is not None
        try:
            films, decoded = self._filming.films(content, kind.name, spent)
        except (NotMedia, Exceeded, Broke) as error:
            return replace(made, why_not=f"it can't be opened: {error}", media=False)
        if decoded.damage and not films:
            return replace(made, why_not=f"it is damaged: {decoded.damage}", media=False)
        return replace(made, films=films, why_not="" if films else "it shows too little to be compared")

    def prints(self, content: bytes) -> Prints:
        """What an upload can be found by; of a film and of sound the digests alone."""
        if not content:
            return Prints((), why_not="it is empty", media=False)
        made, kind = digest(content), kind_of(content)
        digests = signals_of((("md5", made.md5), ("sha1", made.sha1), ("sha256", made.sha256)))
        if kind is None:
            return Prints(digests, why_not="it is no media of a kind that is known here", media=False)
        if kind.family != "picture":
            return Prints(digests, why_not=f"{kind.name} files are compared by their bytes alone")
        try:
            decoded = self._decoded(content, kind.name)
        except (NotMedia, Exceeded, Broke) as error:
            return Prints(digests, why_not=f"it can't be opened: {error}", media=False)
        pictures = tuple(frame.orientations for frame in decoded.frames if frame.quality >= MIN_QUALITY)
        if decoded.damage and not pictures:
            return Prints(digests, why_not=f"it is damaged: {decoded.damage}", media=False)
        return Prints(digests, pictures, "" if pictures else "it shows too little to be compared")

    def _decoded(self, content: bytes, kind: str) -> Decoded:
        with self._pool.worker() as worker:
            return worker.decode(content, kind, slow=False)

    def close(self) -> None:
        """End what runs behind, and the decoders."""
        self._enough.set()
        self._look.set()
        self._decoding.shutdown()
        self._pool.close()
        self._filming.close()

    def __enter__(self) -> "Lists":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def subscribe(
    folder: str | Path,
    feed: str,
    *,
    root: str | Path = "",
    fingerprint: str = "",
    token: str | Path = "",
    proxy: str = "",
) -> Lists:
    """The lists of a feed in a folder, refreshed if the feed can be reached; `root` and `token` are files.

    It is asked through a proxy where one is given, as http://proxy.example:3128. Raises Unavailable where the folder is
    new and the feed can't be reached, Invalid where it is refused.
    """
    lists = Lists(subscription(folder, feed, root=root, fingerprint=fingerprint, token=token, proxy=proxy))
    try:
        lists.fresh()
    except BaseException:
        lists.close()
        raise
    return lists


def subscription(
    folder: str | Path,
    feed: str,
    *,
    root: str | Path = "",
    fingerprint: str = "",
    token: str | Path = "",
    proxy: str = "",
) -> Subscription:
    """A folder that follows a feed, begun where there is none."""
    told = _file(token, "token").decode("latin-1").strip() if token else ""
    fetcher = Fetcher(feed, told, proxy=proxy_of(proxy))
    return Subscription(Path(folder), fetcher, _file(root, "root") if root else None, fingerprint)


def _file(path: str | Path, what: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Invalid("the file of the %(what)s can't be read (%(why)s)", what=what, why=error.strerror) from error


def is_film(content: bytes) -> bool:
    """Whether these bytes are a film's, by how they begin."""
    kind = kind_of(content)
    return kind is not None and kind.family == "video"


def question_of(signals: tuple[Signal, ...]) -> Question:
    """What asks for hashes. Raises Invalid where looks of a film are none."""
    films = tuple(film_of_looks(each) for each in signals if each.method == FILM)
    return Question(tuple(each for each in signals if each.method != FILM), films=films)


def _looked(prints: Prints, matches: list[Match]) -> Looked | Invalid:
    """Bytes that are in a list are told, whatever they are; other bytes that are no media have no answer."""
    if not matches and not prints.media:
        return Invalid("this upload can't be compared: %(why)s", why=prints.why_not)
    seen = [*(["pdq"] if prints.pictures else []), *([FILM] if prints.films else [])]
    compared = (*(signal.method for signal in prints.digests), *seen)
    return Looked(tuple(matches), compared, prints.why_not)


def told(match: Match, *, detailed: bool) -> dict[str, Any]:
    """A match as a client is told of it; how it matched only where they may know."""
    entry = match.entry
    said = {
        "list": match.list,
        "number": entry.number,
        "kind": str(entry.kind),
        "categories": dict(entry.categories),
        "labels": list(entry.labels),
        "baseline": entry.baseline,
        "generated": entry.generated,
        "reviewed": entry.reviewed,
        "disputed": entry.disputed,
    }
    if not detailed:
        # How many false ones to expect says how near it is, or that bytes are equal: others are told one for all.
        return said | {"expected_false": match.expected_false_at_limit}
    parts = [{"asked": list(part.asked), "known": list(part.known)} for part in match.parts]
    how = {
        "expected_false": match.expected_false,
        "method": match.method,
        "distance": match.distance,
        "orientation": ORIENTATIONS[match.orientation],
    }
    return said | how | ({"parts": parts} if parts else {})
