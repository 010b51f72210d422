"""What speaks for and against a medium on lists, each check by itself: what a person reads before they put it there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from havre.errors import HavreError, Refused
from havre.exchange import terms
from havre.feeds.benign import must_not_collide, shelf_of
from havre.feeds.models import Benign, Feed
from havre.feeds.rules import Judged, Named, lets_go, must_belong
from havre.fingerprints.pdq import METHOD
from havre.flows.feed_content import Content, content_of, judged_of
from havre.flows.home import Home
from havre.flows.seen import enter_seen
from havre.media.models import Fingerprint, Medium
from havre.units.acting import Acting


@dataclass(frozen=True, slots=True)
class OnList:
    """What holds for one list."""

    listed: Named
    belongs: HavreError | None
    """Why what was judged does not belong there; None where it does."""
    lets_go: bool
    """Whether its source lets it go to whom the list is for."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What holds for a medium."""

    judged: Judged
    quality: int | None
    """Of its best fingerprint; None where it has none."""
    unfit: HavreError | None
    """Why it cannot be told from others, or is not whole."""
    collides: HavreError | None
    """With what harmless content it collides."""
    compared: bool
    """Whether anything harmless was there to compare it with."""
    lists: Sequence[OnList]

    def may_go(self, on: OnList) -> bool:
        """Whether nothing speaks against it."""
        return on.belongs is None and on.lets_go and self.unfit is None and self.collides is None


def checks_of(home: Home, acting: Acting, feed: Feed, lists: Sequence[Named], medium: Medium) -> Checked:
    """What `must_go` would say of these lists now, check by check; the caller obtained the medium, and logs it."""
    judged = judged_of(acting, medium)
    enter_seen(home, acting)
    said = terms.of_media([medium.pk]).get(medium.pk)
    content, unfit = _unless_refused(lambda: content_of(medium))
    return Checked(
        judged,
        _best(medium),
        unfit,
        _collides(home, feed, content) if content is not None else None,
        Benign.objects.filter(feed=feed).exists(),
        [_on(each, judged, lets_go(said, each.audience, acting.now())) for each in lists],
    )


def _on(listed: Named, judged: Judged, goes: bool) -> OnList:
    _nothing, against = _unless_refused(lambda: must_belong(listed, judged))
    return OnList(listed, against, goes)


def _best(medium: Medium) -> int | None:
    rows = Fingerprint.objects.filter(medium=medium, method=METHOD, partial=False).order_by("-quality")
    return rows.values_list("quality", flat=True).first()


def _collides(home: Home, feed: Feed, content: Content) -> HavreError | None:
    shelf, seen = shelf_of(home.settings.index, feed), content.orientations
    return _unless_refused(lambda: must_not_collide(shelf, feed, seen, content.digests))[1]


def _unless_refused(ask: "Callable[[], Content | None]") -> tuple[Content | None, HavreError | None]:
    try:
        return ask(), None
    except Refused as error:
        return None, error
