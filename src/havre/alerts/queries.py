"""Reads of standing questions and their hits; the first parameter is who asks."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from havre.alerts.models import Hit, Question, QuestionImprint, State
from havre.compiled import compiled
from havre.errors import NotFound
from havre.restrictions.visible import visible_to
from havre.units.models import Person

MOST_COUNTED = 99
"""New hits that are counted; more say nothing else."""


def questions_for(viewer: Person) -> QuerySet[Question]:
    """The standing questions of the viewer's unit, the newest first."""
    imprints = QuestionImprint.objects.filter(question=OuterRef("pk"))
    rows = visible_to(viewer, Question.objects).annotate(by_imprints=Exists(imprints))
    return rows.select_related("asked_by", "ended_by").order_by("-id")


def active_questions(viewer: Person) -> QuerySet[Question]:
    """Those that everything that comes is asked, the oldest first."""
    return visible_to(viewer, Question.objects).filter(state=State.ACTIVE).order_by("id")


def question_for(viewer: Person, number: int) -> Question:
    """The standing question of this number, if this viewer may know that it exists."""
    found = questions_for(viewer).filter(pk=number).first()
    if found is None:
        raise NotFound(_("there is no such standing question"))
    return found


def hits_for(viewer: Person) -> QuerySet[Hit]:
    """What came that answers, with what it answers and where it was found, the newest first."""
    rows = visible_to(viewer, Hit.objects).select_related("question", "medium", "item__intake__case", "handled_by")
    return rows.order_by("-id")


def new_hits(viewer: Person) -> QuerySet[Hit]:
    """Those that nobody has handled yet, the newest first."""
    return hits_for(viewer).filter(handled_at=None)


@compiled
def newest_hit(viewer: Person) -> QuerySet[Hit]:
    """The last of them."""
    return new_hits(viewer)[:1]


def hit_for(viewer: Person, number: int) -> Hit:
    """The hit of this number, if this viewer may know that it exists."""
    found = hits_for(viewer).filter(pk=number).first()
    if found is None:
        raise NotFound(_("there is no such hit"))
    return found


def count_new_hits(viewer: Person) -> int:
    """How many hits nobody has handled yet; no more than MOST_COUNTED and one are counted."""
    return len(new_hits_to_count(viewer))


@compiled
def new_hits_to_count(viewer: Person) -> "QuerySet[Hit, int]":
    """Hits that nobody has handled yet, no more than are counted."""
    return visible_to(viewer, Hit.objects).filter(handled_at=None).values_list("id", flat=True)[: MOST_COUNTED + 1]
