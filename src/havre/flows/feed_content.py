"""What would stand on a list of a medium, and whether it may: the checks that a proposal and its confirmation share."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from havre.assessments.facts import NOTHING
from havre.assessments.settled import settled
from havre.errors import Refused
from havre.exchange import terms
from havre.feeds.benign import must_not_collide, shelf_of
from havre.feeds.models import Feed
from havre.feeds.rules import Judged, Named, lets_go, must_belong
from havre.fingerprints.pdq import BYTES, METHOD, MIN_QUALITY
from havre.flows.baseline import baselines
from havre.flows.feed_films import film_signals
from havre.flows.home import Home
from havre.hashlists.entry import MOST_SIGNALS, VERSIONS, Kind, Signal
from havre.media.models import Fingerprint, Medium
from havre.units.acting import Acting

DIGESTS = ("md5", "sha1", "sha256")


@dataclass(frozen=True, slots=True)
class Content:
    """What one content is found by."""

    kind: Kind
    signals: tuple[Signal, ...]
    orientations: tuple[bytes, ...]
    """Eight fingerprints for each picture of it."""

    @property
    def digests(self) -> dict[str, bytes]:
        """Of its bytes."""
        return {each.method: bytes.fromhex(each.value) for each in self.signals if each.method in DIGESTS}


def judged_of(acting: Acting, medium: Medium) -> Judged:
    """What this unit judged of a medium, and all countries that judged the same bytes and let it know."""
    return judged_all(acting, [medium.pk])[medium.pk]


def judged_all(acting: Acting, media: Collection[int]) -> Mapping[int, Judged]:
    """The same of many, by key."""
    said, agreed = settled(media), baselines(acting, media)
    return {key: Judged(acting.unit.country, *said.get(key, ("", NOTHING)), agreed[key]) for key in media}


def content_of(medium: Medium) -> Content:
    """What a medium is found by. Raises Refused for a picture too flat for its fingerprint to mean anything."""
    if medium.damage or medium.quarantine:
        raise Refused(_("this file is damaged or may not be decoded: what stands on a list is whole"))
    prints = Fingerprint.objects.filter(medium=medium, method=METHOD, partial=False, quality__gte=MIN_QUALITY)
    seen = [bytes(each) for each in prints.order_by("frame").values_list("orientations", flat=True)[:MOST_SIGNALS]]
    if not seen and medium.family != "video":
        raise too_flat()
    digests = [Signal(name, bytes(getattr(medium, name)).hex(), VERSIONS[name]) for name in DIGESTS]
    pdq = [Signal("pdq", value[:BYTES].hex(), VERSIONS["pdq"]) for value in seen]
    signals = tuple(dict.fromkeys([*digests, *pdq]))[:MOST_SIGNALS]
    return Content(Kind.FILM if medium.family == "video" else Kind.PICTURE, signals, tuple(seen))


def too_flat() -> Refused:
    """The sentence for what has no fingerprint that could be trusted."""
    return Refused(
        _("the quality of its fingerprint is below %(least)s: it would match what has nothing to do with it")
        % {"least": MIN_QUALITY}
    )


def must_go(home: Home, acting: Acting, feed: Feed, listed: Named, medium: Medium) -> tuple[Content, Judged]:
    """What would stand on this list of a medium. Raises Refused, with the reason, where it may not."""
    judged = judged_of(acting, medium)
    must_belong(listed, judged)  # (1) people judged it so
    if not lets_go(terms.of_media([medium.pk]).get(medium.pk), listed.audience, acting.now()):  # (2) its source lets it
        raise Refused(
            _(
                "its source does not let it go there: `havre restrict` with --level open, --group %(group)s and"
                " --onward, and without a country or unit left out, would"
            )
            % {"group": listed.audience}
        )
    content = content_of(medium)  # (3) it can be told from others
    shelf = shelf_of(home.settings.index, feed)
    must_not_collide(shelf, feed, content.orientations, content.digests)  # (4) and is near nothing harmless
    if content.kind == Kind.FILM:  # (5) and parts of it are found, by what is not flat or harmless
        content = replace(content, signals=(*content.signals, *film_signals(shelf, medium)))
    return content, judged
