"""A platform says of entries that they are right, or wrong and why: kept in its folder, and told to the publisher.

Also where its folder stands: lists, receipts and votes that are owed. Nothing of that asks the feed.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from havre.errors import NotFound
from havre.subscription.feed import CHECKED, ROOT, STALE_AFTER, Subscription
from havre.subscription.kept import Kept, Shelf
from havre.subscription.votes import MOST_WAITING, Unsaid, Votes
from havre.subscription.words import BadWord, Word


@dataclass(frozen=True, slots=True)
class Said:
    """What became of words: how many the publisher took, how many wait for it and why, and which are not right."""

    taken: int
    waiting: int
    bad: tuple[BadWord, ...] = ()
    """By their place, counted from 1."""
    trouble: str = ""


NOT_THERE = "there is no such entry in a list of this name, or it was taken back"
"""One answer for all: who may vote need not be one who may see which lists there are."""


def keep(subscription: Subscription, words: Sequence[Word], who: str = "") -> list[BadWord]:
    """Keep somebody's words on entries that the folder's lists hold; the others come back with their place and why."""
    bad = _not_there(subscription.folder, words)
    places = {each.place for each in bad}
    subscription.votes.keep([word for place, word in enumerate(words, start=1) if place not in places], who)
    return bad


def say(subscription: Subscription, words: Sequence[Word]) -> Said:
    """The same, and tell the publisher now; what it can't be told now waits, and is told again."""
    bad = keep(subscription, words)
    told = subscription.tell(MOST_WAITING)
    places = {(word.list, word.number): place for place, word in enumerate(words, start=1)}
    mine = [each for each in told.refused if (each.word.list, each.word.number) in places]
    subscription.votes.forget(mine)  # whoever said it is told so here and now
    bad += [BadWord(places[each.word.list, each.word.number], each.refused) for each in mine]
    bad.sort(key=lambda each: each.place)
    return Said(told.taken, subscription.votes.waiting(), tuple(bad), told.trouble)


def _not_there(folder: Path, words: Sequence[Word]) -> list[BadWord]:
    with closing(Kept(folder)) as kept:
        shelves = {shelf.name for shelf in kept.shelves()}
        if not shelves:  # nothing was fetched yet: the publisher knows
            return []
        there = {
            name: kept.standing(name, [word.number for word in words if word.list == name])
            for name in shelves & {word.list for word in words}
        }
    return [
        BadWord(place, NOT_THERE)
        for place, word in enumerate(words, start=1)
        if word.number not in there.get(word.list, ())
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a folder stands."""

    lists: tuple[Shelf, ...]
    checked: int
    """Seconds of the epoch at which the feed was last found to say what is here; 0 for never."""
    waiting: int
    """Votes that are still to be told."""
    refused: int
    refused_words: tuple[Unsaid, ...]
    """The latest of those that the publisher will not have."""
    bytes: int
    """Of everything in the folder."""

    @property
    def owed(self) -> list[str]:
        """Lists of whose version the publisher has no receipt."""
        return [shelf.name for shelf in self.lists if shelf.told < shelf.version]

    def stale(self, now: float) -> bool:
        """Whether the feed has been silent, or refused, for too long."""
        return now - self.checked > STALE_AFTER


def standing(folder: Path) -> Standing:
    """How a folder stands, without asking anybody. Raises NotFound where none was begun."""
    if not (folder / ROOT).is_file():
        raise NotFound("there is no subscription here: begin one with `havre match serve --feed URL --root FILE`")
    votes = Votes(folder)
    with closing(Kept(folder)) as kept:
        lists, checked = tuple(kept.shelves()), kept.fact(CHECKED)
    held = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    refused = tuple(votes.refused())
    return Standing(lists, checked, votes.waiting(), votes.refused_count(), refused, held)


def forget_refused(folder: Path, shown: Standing) -> None:
    """Forget votes that the publisher will not have, once somebody was shown them."""
    Votes(folder).forget(shown.refused_words)
