"""Reads of challenges; the first parameter is who asks."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from havre.corrections.models import Added, Against, Challenge, State
from havre.errors import NotFound
from havre.hotline.models import Judgement
from havre.notices.models import Notice
from havre.restrictions.visible import visible_to
from havre.units.models import Person


def challenges_of(viewer: Person) -> "QuerySet[Challenge]":
    """The challenges of the viewer's unit, the oldest first."""
    rows = visible_to(viewer, Challenge.objects).order_by("at", "pk")
    return rows.select_related(
        "notice__recipient", "page", "record__edition", "record__provider", "receipt", "decided_by"
    )


def challenge_for(viewer: Person, number: int) -> Challenge:
    """A challenge by its number in the unit. Raises NotFound where there is none."""
    found = challenges_of(viewer).filter(number=number).first()
    if found is None:
        raise NotFound(_("there is no challenge of that number"))
    return found


def waiting(viewer: Person) -> "QuerySet[Challenge]":
    """Those that nobody decided, and those of which more was said since: danger first, then the oldest."""
    undecided = Q(state=State.WAITING) | Q(again_at__isnull=False)
    return challenges_of(viewer).filter(undecided).order_by("-danger", "at", "pk")


def added_to(viewer: Person, challenge: Challenge) -> "QuerySet[Added]":
    """What whoever challenged said later, in the order it came."""
    rows = visible_to(viewer, Added.objects, "challenge__unit").filter(challenge=challenge)
    return rows.select_related("challenge__receipt").order_by("at", "pk")


def open_against(viewer: Person, records: Iterable[int]) -> dict[int, int]:
    """How many open challenges there are against each of these records."""
    found: dict[int, int] = {}
    for record in waiting(viewer).filter(record__in=list(records)).values_list("record", flat=True):
        assert record is not None
        found[record] = found.get(record, 0) + 1
    return found


def had_part(viewer: Person, challenge: Challenge) -> set[int]:
    """The people who judged, drafted, confirmed or counted what is challenged, or wrote the challenge down: none of
    them decides.
    """
    wrote = _wrote(challenge)
    if challenge.against == Against.RECORD:
        return wrote | _made(challenge)
    notices = visible_to(viewer, Notice.objects).filter(page=challenge.page)
    pairs = notices.values_list("drafted_by", "confirmed_by")
    return wrote | {key for pair in pairs for key in pair if key is not None} | judged(viewer, challenge)


def judged(viewer: Person, challenge: Challenge) -> set[int]:
    """Of them, whose own word is challenged; notices are also drafted by nobody, in the name of whoever is there."""
    if challenge.against == Against.RECORD:
        return _made(challenge)
    words = visible_to(viewer, Judgement.objects, "page__unit").filter(page=challenge.page)
    return set(words.values_list("person", flat=True))


def judged_or_wrote(viewer: Person, challenge: Challenge) -> set[int]:
    """The same, with who of the unit wrote down what somebody said: they chose its words."""
    return judged(viewer, challenge) | _wrote(challenge)


def _made(challenge: Challenge) -> set[int]:
    """Who made the register, and who published it; they may have written the challenge down as well."""
    edition = challenge.record.edition if challenge.record is not None else None
    made = (edition.made_by_id, edition.published_by_id) if edition is not None else ()
    return {key for key in made if key is not None}


def _wrote(challenge: Challenge) -> set[int]:
    return {challenge.entered_by_id} if challenge.entered_by_id is not None else set()


def challenge_keyed(viewer: Person, key: int) -> Challenge:
    """A challenge by its key, for a page. Raises NotFound where there is none, or it is another unit's."""
    found = challenges_of(viewer).filter(pk=key).first()
    if found is None:
        raise NotFound(_("there is no challenge of that number"))
    return found
