"""Clues: drawn on an object, added to, withdrawn; and where their region lies in the picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.compiled import compiled
from havre.errors import Invalid, Refused
from havre.linking.countries import Constraint, Said, constraint
from havre.media.decode.outcomes import Region
from havre.media.models import Fact, Medium
from havre.series.models import Clue, ClueKind, Series
from havre.units.models import Person

LONGEST_NAME = 120
"""Characters of what a clue is called."""
SMALLEST_SIDE = 8
"""Pixels of a region: on less there is no object."""
MOST_CONSTRAINTS = 10
"""Things one clue may suggest."""
MOST_CLUES = 200
"""Clues of one series."""

LYING = {"5", "6", "7", "8"}
"""EXIF orientations that turn a picture on its side."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of an upright picture."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """What somebody says of an object."""

    name: str
    kind: str
    box: Box | None = None
    """None where the whole scene is meant."""
    suggests: Sequence[Constraint] = ()


def upright(medium: Medium) -> tuple[int, int]:
    """Width and height of a picture as it is seen; 4 by 3 where nothing is known of it."""
    width, height = medium.width or 4, medium.height or 3
    return (height, width) if _lying(medium.pk) else (width, height)


@compiled
def _lying(medium: int) -> "QuerySet[Fact, int]":
    return Fact.objects.filter(medium=medium, field="EXIF:Orientation", value__in=LYING).values_list("id", flat=True)[
        :1
    ]


def draw(series: Series, medium: Medium, drawn: Drawn, by: Person, at: datetime) -> Clue:
    """A new clue on a member of the series. Raises Invalid where it says nothing or lies outside the picture."""
    numbers = list(series.clues.order_by("-number").values_list("number", flat=True)[:1])
    if series.clues.count() >= MOST_CLUES:
        raise Refused(
            _("%(series)s has %(most)s clues: withdrawn ones count, so begin with what matters")
            % {"series": series.reference, "most": MOST_CLUES}
        )
    return Clue.objects.create(
        series=series,
        number=1 + (numbers[0] if numbers else 0),
        medium=medium,
        **_sides(drawn.box, upright(medium)),
        name=_named(drawn.name),
        kind=_kind(drawn.kind),
        suggests=_told(drawn.suggests),
        by=by,
        at=at,
    )


def suggest(clue: Clue, constraints: Sequence[Constraint]) -> None:
    """From now on the clue suggests these. Raises Refused where it is withdrawn, Invalid where they are too many."""
    if clue.withdrawn_at is not None:
        raise Refused(_("this clue is withdrawn: bring it back first"))
    clue.suggests = _told(constraints)
    clue.save(update_fields=["suggests"])


def withdraw(clue: Clue, by: Person, at: datetime) -> bool:
    """The clue counts no more, and its crop is gone; whether it counted until now."""
    if clue.withdrawn_at is not None:
        return False
    clue.withdrawn_by, clue.withdrawn_at = by, at
    clue.save(update_fields=["withdrawn_by", "withdrawn_at"])
    return True


def bring_back(clue: Clue) -> bool:
    """The clue counts again; whether it did not until now."""
    if clue.withdrawn_at is None:
        return False
    clue.withdrawn_by, clue.withdrawn_at = None, None
    clue.save(update_fields=["withdrawn_by", "withdrawn_at"])
    return True


def suggested(clue: Clue) -> list[Constraint]:
    """What the clue suggests."""
    return [constraint(told) for told in clue.suggests]


def said(clues: Sequence[Clue]) -> list[Said]:
    """Everything these clues suggest, of those that count."""
    return [Said(clue.pk, each) for clue in clues if clue.withdrawn_at is None for each in suggested(clue)]


def box_of(clue: Clue) -> Box | None:
    """The region of the clue; None where the whole scene is meant."""
    if clue.x is None or clue.y is None or clue.width is None or clue.height is None:
        return None
    return Box(clue.x, clue.y, clue.width, clue.height)


def region_of(clue: Clue) -> Region:
    """The region as the sandbox is asked for it. Raises Invalid where the whole scene is meant."""
    box = box_of(clue)
    if box is None:
        raise Invalid(_("this clue is the whole scene: draw a region on one object to make a crop of it"))
    return Region(box.x, box.y, box.width, box.height, *upright(clue.medium))


def _sides(box: Box | None, size: tuple[int, int]) -> dict[str, int | None]:
    if box is None:
        return {"x": None, "y": None, "width": None, "height": None}
    right, bottom = box.x + box.width, box.y + box.height
    if min(box.x, box.y) < 0 or right > size[0] or bottom > size[1]:
        raise Invalid(
            _("the region leaves the picture, which has %(width)s × %(height)s pixels")
            % {"width": size[0], "height": size[1]}
        )
    if min(box.width, box.height) < SMALLEST_SIDE:
        raise Invalid(_("a region has %(least)s pixels a side at least") % {"least": SMALLEST_SIDE})
    return {"x": box.x, "y": box.y, "width": box.width, "height": box.height}


def _named(name: str) -> str:
    words = " ".join(name.split())
    if not words or len(words) > LONGEST_NAME or not words.isprintable():
        raise Invalid(_("say in 1 to %(most)s characters what the object is") % {"most": LONGEST_NAME})
    return words


def _kind(kind: str) -> str:
    if kind not in ClueKind.values:
        raise Invalid(_("choose what kind of clue it is"))
    return kind


def _told(constraints: Sequence[Constraint]) -> list[dict[str, object]]:
    kept = list(dict.fromkeys(constraints))
    if len(kept) > MOST_CONSTRAINTS:
        raise Invalid(_("one clue suggests %(most)s things at most") % {"most": MOST_CONSTRAINTS})
    return [each.told() for each in kept]
