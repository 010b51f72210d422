"""Reads of knowledge and matches; the first parameter is who asks."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext as _

from havre.cases.models import Apart, Intake, Item, Outcome
from havre.cases.queries import items_of, tally
from havre.compiled import Most, compiled
from havre.errors import NotFound
from havre.fingerprints.pdq import ORIENTATIONS
from havre.matches.models import Imprint, Knowledge, Match, MatchWord, Source
from havre.media.models import Exhibit, Medium, WorkUnit
from havre.restrictions.visible import visible_to
from havre.units.models import Person

OUTCOMES = (Outcome.KNOWN, Outcome.NEAR, Outcome.REPEAT, Outcome.NEW, Outcome.REFUSED, Outcome.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Totals:
    """What an intake found: `found` is the sum of the six outcomes."""

    case: str
    intake: int
    outcomes: dict[str, int]
    stacks: int
    apart: dict[str, int]
    """New media that found no stack, by why."""
    labels: dict[str, dict[str, int]]
    """Known and near, by the label of the nearest judgement."""
    seconds: float
    waiting: int = 0
    """Distinct media of it of which what is slow waits for `havre work`."""
    series: int = 0
    """Proposed series of the unit that wait for an analyst's word, where this intake brought them up to date."""

    @property
    def found(self) -> int:
        """Every file of the source."""
        return sum(self.outcomes.values())

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line's contract, and what else is worth knowing."""
        head = {"case": self.case, "intake": self.intake, "found": self.found}
        split = {f"{outcome}_by_label": labels for outcome, labels in self.labels.items()}
        tail = {"stacks": self.stacks, "new_apart": self.apart, "waiting": self.waiting, "series": self.series}
        tail |= {"seconds": round(self.seconds, 3)}
        return head | self.outcomes | split | tail


def totals_of(viewer: Person, intake: Intake) -> Totals:
    """The summary of an intake, counted from its items."""
    counts = tally(viewer, intake)
    return Totals(
        case=intake.case.reference,
        intake=intake.pk,
        outcomes={outcome.value: counts.get(outcome, 0) for outcome in OUTCOMES},
        stacks=counts["stacks"],
        apart={apart.value: counts[apart] for apart in Apart},
        labels={o.value: _labels(viewer, intake, o) for o in (Outcome.KNOWN, Outcome.NEAR)},
        seconds=intake.seconds,
        waiting=_waiting(viewer, intake),
    )


def _waiting(viewer: Person, intake: Intake) -> int:
    media = Exhibit.objects.filter(item__in=items_of(viewer, intake)).values("medium")
    return visible_to(viewer, WorkUnit.objects).filter(medium__in=media).count()


def _labels(viewer: Person, intake: Intake, outcome: Outcome) -> dict[str, int]:
    """How many items of this outcome carry each label: the label of their first match decides."""
    items = items_of(viewer, intake).order_by().filter(outcome=outcome)
    first = items.annotate(first=Min("matches__id")).values_list("first", flat=True)
    labels = Match.objects.filter(id__in=first).values_list("knowledge__label", flat=True)
    return dict(sorted(Counter(label or "unlabelled" for label in labels).items()))


def matched(viewer: Person, item: Item) -> list[dict[str, Any]]:
    """What an item was found to match, as the command line shows it."""
    rows = visible_to(viewer, Match.objects.all(), "item__intake__case__unit").filter(item=item)
    return [_shown(viewer, match) for match in rows.select_related("knowledge", "medium").order_by("id")]


def _shown(viewer: Person, match: Match) -> dict[str, Any]:
    known, medium = match.knowledge, match.medium
    sha256 = (known.sha256 if known else None) or (medium.sha256 if medium else None)
    path = known.path if known else path_of(viewer, medium) if medium else ""
    return {
        "sha256": bytes(sha256).hex() if sha256 else None,
        "path": path,
        "label": known.label or None if known else None,
        "kind": match.kind,
        "distance": match.distance,
        "quality": match.quality,
        "orientation": ORIENTATIONS[match.orientation],
        "expected_false": match.expected_false,
        **match.evidence,
    }


def path_of(viewer: Person, medium: Medium) -> str:
    """The first path at which a medium was found."""
    items = visible_to(viewer, Item.objects.all(), "intake__case__unit").filter(exhibit__medium=medium)
    return items.order_by("id").values_list("path", flat=True).first() or ""


def knowledge_for(viewer: Person) -> QuerySet[Knowledge]:
    """Everything this viewer's unit knows and has not withdrawn."""
    return visible_to(viewer, Knowledge.objects).filter(source__withdrawn_at=None)


def sources_for(viewer: Person) -> QuerySet[Source]:
    """Where this viewer's unit got its knowledge from, oldest first."""
    return visible_to(viewer, Source.objects).order_by("id")


def source_for(viewer: Person, named: str) -> Source:
    """The source with this number, or the newest one not withdrawn that was read from this path."""
    sources = sources_for(viewer).filter(withdrawn_at=None)
    found = sources.filter(id=int(named)).first() if named.isdecimal() and len(named) < 19 else None
    found = found or sources.filter(path=named).last()
    if found is None:
        raise NotFound(_("nothing known came from %(named)r: `havre known list` shows what did") % {"named": named})
    return found


# ---- one medium and what it matches ----

MOST_MATCHES = 200
"""Matches of one medium that are told, the rarest first: a copy of a copy has as many as there are copies."""

LAST_COPIES = 20
"""Copies of a medium, the newest ones, whose matches are read beside those of the first."""


def matches_about(viewer: Person, medium: Medium, every: Sequence[int] | None = None) -> list[Match]:
    """What a medium was found to match, and what was found to match it; the rarest first, each once, at most so many.

    Copies found later match what the first one matched: of them only the last few are read. `every` names the items
    that show the medium, the first first, where they were read before.
    """
    items = _first_and_last(viewer, medium) if every is None else list({*every[:1], *every[-LAST_COPIES:]})
    found: dict[tuple[str, str, int], Match] = {}
    for some in (_matches_of(viewer, medium.pk, items), _matches_with(viewer, medium.pk)):
        for match in some:
            other = _other_of(match, medium)
            if other is not None:
                found.setdefault((match.kind, *other), match)
    return sorted(found.values(), key=lambda match: (match.expected_false, match.pk))[:MOST_MATCHES]


def _first_and_last(viewer: Person, medium: Medium) -> list[int]:
    last = _last_items(viewer, medium.pk)
    return list({*last, *(_first_item(viewer, medium.pk) if len(last) == LAST_COPIES else ())})


@compiled
def _last_items(viewer: Person, medium: int) -> "QuerySet[Exhibit, int]":
    exhibits = visible_to(viewer, Exhibit.objects.all(), "medium__unit").filter(medium=medium)
    return exhibits.order_by("-id").values_list("item", flat=True)[:LAST_COPIES]


@compiled
def _first_item(viewer: Person, medium: int) -> "QuerySet[Exhibit, int]":
    exhibits = visible_to(viewer, Exhibit.objects.all(), "medium__unit").filter(medium=medium)
    return exhibits.order_by("id").values_list("item", flat=True)[:1]


@compiled
def _matches_of(viewer: Person, medium: int, items: Collection[int]) -> QuerySet[Match]:
    return _rarest(_matches(viewer).filter(item__in=items).exclude(medium=medium))


@compiled
def _matches_with(viewer: Person, medium: int) -> QuerySet[Match]:
    return _rarest(_matches(viewer).filter(medium=medium))


def _matches(viewer: Person) -> QuerySet[Match]:
    rows = visible_to(viewer, Match.objects.all(), "item__intake__case__unit")
    return rows.select_related("item__exhibit__medium", "knowledge__source", "medium")


def _rarest(rows: QuerySet[Match]) -> QuerySet[Match]:
    return rows.order_by("expected_false", "distance", "id")[:MOST_MATCHES]


def _other_of(match: Match, medium: Medium) -> tuple[str, int] | None:
    """What a match of a medium is with; None where it is the medium itself."""
    exhibit = getattr(match.item, "exhibit", None)
    asking = exhibit.medium_id if exhibit is not None else None
    if asking == medium.pk:
        if match.medium_id == medium.pk:
            return None
        return ("held", match.medium_id) if match.medium_id else ("known", match.knowledge_id or 0)
    return ("held", asking) if asking is not None else ("listed", match.item_id)


def match_for(viewer: Person, number: int) -> Match:
    """The match of this number, if this viewer may know that it exists."""
    found = _of_number(viewer, number)
    if not found:
        raise NotFound(_("there is no such match: it may have been judged again since"))
    return found[0]


@compiled
def _of_number(viewer: Person, number: int) -> QuerySet[Match]:
    return _matches(viewer).filter(pk=number)


@compiled
def imprints_of_medium(viewer: Person, medium: int, most: Most) -> QuerySet[Imprint]:
    """The fingerprints of a medium beyond PDQ, without what they are made of."""
    rows = visible_to(viewer, Imprint.objects).filter(medium=medium).defer("data", "sealed")
    return rows.order_by("method", "id")[:most]


@compiled
def words_about(viewer: Person, medium: int) -> QuerySet[MatchWord]:
    """What people said of a medium and others, the last word first."""
    rows = visible_to(viewer, MatchWord.objects).filter(Q(medium=medium) | Q(other=medium))
    return rows.select_related("person").order_by("-id")
