"""Ask a unit's standing questions of what came since the last time. Killed and run again, it goes on where it was."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from havre.alerts.models import Asked, Hit, Question, State
from havre.alerts.queries import active_questions
from havre.alerts.rules import advance
from havre.cases.models import Item
from havre.fingerprints.pdq import ORIENTATIONS
from havre.flows.home import Home, log, seal_log
from havre.flows.search_asked import Question as ByLooks
from havre.flows.search_found import Answer, Where, find
from havre.flows.search_stated import answering, from_json
from havre.flows.source import holding
from havre.matches.digests import Named, same_bytes
from havre.matches.finds import Asker
from havre.matches.marks import Looks, Mark
from havre.matches.models import Imprint, MatchKind
from havre.matching.reference import HASH_BYTES, distance
from havre.media.decode.outcomes import Imprint as Made
from havre.media.models import Exhibit, Fact
from havre.restrictions.visible import owned_by
from havre.series.origins import chunks
from havre.units.acting import Acting

BATCH = 2_000
"""Items asked about in one transaction."""

PRINT = HASH_BYTES * len(ORIENTATIONS)

WRITTEN = "written"
"""Kind of a hit on what is written of a medium, where the others are kinds of matches."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """What came: the first item of each medium, and what lists named without bytes."""

    media: Mapping[int, int]
    """The item by the medium."""
    listed: tuple[Item, ...]


def answer_standing(home: Home, acting: Acting) -> int:
    """How many hits there are in what the unit got since it was last asked; cheap where nothing is asked."""
    hits = 0
    begun = Asked.objects.filter(unit=acting.unit).values_list("item", flat=True).first() or 0
    while True:
        with holding(acting.unit):
            mark, _ = Asked.objects.get_or_create(unit=acting.unit)
            if not active_questions(acting.person).exists():
                _nothing_asked(acting, mark)
                break
            fresh = _next(acting, mark, begun)
            if fresh is None:
                break
            found = _hits(home, acting, fresh)
            hits += len(Hit.objects.bulk_create(found, ignore_conflicts=True))
            mark.save()
            if found:
                log(home, acting, "change", "standing questions", {"act": "answered", "hits": len(found)})
    if hits:
        seal_log(home, acting)
    return hits


def _nothing_asked(acting: Acting, mark: Asked) -> None:
    """What came while nothing was asked is not asked about later: a search finds it."""
    mark.item = _newest(owned_by(acting.unit, Item.objects, "intake__case__unit"), mark.item)
    mark.imprint = _newest(owned_by(acting.unit, Imprint.objects), mark.imprint)
    mark.fact = _newest(owned_by(acting.unit, Fact.objects.all(), "medium__unit"), mark.fact)
    mark.save()


def _newest(rows: "QuerySet[Any]", mark: int) -> int:
    return rows.order_by("-id").values_list("id", flat=True).first() or mark


def _next(acting: Acting, mark: Asked, begun: int) -> Fresh | None:
    """What came next after what was asked about before; the mark moves behind it."""
    items = owned_by(acting.unit, Item.objects, "intake__case__unit").filter(id__gt=mark.item)
    some = list(items.select_related("exhibit").order_by("id")[:BATCH])
    media: dict[int, int] = {}
    for item in some:
        exhibit = getattr(item, "exhibit", None)
        if exhibit is not None:
            media.setdefault(exhibit.medium_id, item.pk)
    later = _places(_looked_into_later(acting, mark), begun) if len(some) < BATCH else {}
    if not some and not later:
        return None
    mark.item = some[-1].pk if some else mark.item
    return Fresh(later | media, tuple(item for item in some if item.bytes is None))


def _looked_into_later(acting: Acting, mark: Asked) -> set[int]:
    """Media of which imprints or facts were made since; the mark moves behind these."""
    found: set[int] = set()
    imprints = owned_by(acting.unit, Imprint.objects).filter(id__gt=mark.imprint, medium__isnull=False)
    for number, medium in imprints.order_by("id").values_list("id", "medium").iterator():
        mark.imprint = number
        found.add(medium or 0)
    facts = owned_by(acting.unit, Fact.objects.all(), "medium__unit").filter(id__gt=mark.fact)
    for number, medium in facts.order_by("id").values_list("id", "medium").iterator():
        mark.fact = number
        found.add(medium)
    return found


def _places(media: Iterable[int], begun: int) -> dict[int, int]:
    """The last place each of these media was found at before this run; what came in it is asked about anyway."""
    places: dict[int, int] = {}
    for some in chunks(sorted(media)):
        rows = Exhibit.objects.filter(medium__in=some, item__lte=begun).order_by("id")
        places |= dict(rows.values_list("medium", "item"))
    return places


# ---- each question ----


def _hits(home: Home, acting: Acting, fresh: Fresh) -> list[Hit]:
    hits: list[Hit] = []
    for question in active_questions(acting.person).prefetch_related("imprints"):
        if question.expires_at <= acting.now():
            _expire(home, acting, question)
            continue
        hits += _of(home, acting, question, fresh)
    return hits


def _expire(home: Home, acting: Acting, question: Question) -> None:
    question.state, question.ended_at = advance(State(question.state), State.EXPIRED), question.expires_at
    question.save(update_fields=["state", "ended_at"])
    log(home, acting, "change", f"standing question {question.pk}", {"act": "expired"})


def _of(home: Home, acting: Acting, question: Question, fresh: Fresh) -> Iterator[Hit]:
    if question.written:
        media = answering(acting, from_json(question.written), fresh.media.keys()).values_list("id", flat=True)
        yield from (_hit(acting, question, fresh.media[each], each, kind=WRITTEN) for each in media)
        return
    told: set[int] = set()
    for answer in [] if not fresh.media else find(home, acting, by_looks(home, question), question.radius):
        if answer.where == Where.HELD and answer.id in fresh.media and answer.id not in told:
            told.add(answer.id)
            yield _answered(acting, question, fresh.media[answer.id], answer)
    yield from (_hit(acting, question, item.pk, None, **how) for item, how in _listed(question, fresh.listed))


def by_looks(home: Home, question: Question) -> ByLooks:
    """What a standing question asks, as it was asked first."""
    named = Named(*(bytes(each) if each else None for each in (question.md5, question.sha1, question.sha256)))
    looks = Looks(question.unit, home.keys.unit(str(question.unit_id)))
    made = [Made(row.method, row.version, row.at, bytes(row.data), looks.plain(row)) for row in question.imprints.all()]
    size = (question.size[0], question.size[1]) if question.size else None
    region = tuple(question.region) if question.region else None
    names = () if region or named == Named() else (named,)
    whole = bytes(question.prints)
    prints = () if region else tuple((whole[at : at + PRINT], None) for at in range(0, len(whole), PRINT))
    return ByLooks("a standing question", names, prints, Asker([Mark(each) for each in made], size, region=region))


def _listed(question: Question, items: Iterable[Item]) -> Iterator[tuple[Item, dict[str, object]]]:
    """What lists named without its bytes: by digest, and by PDQ as it is."""
    named = Named(*(bytes(each) if each else None for each in (question.md5, question.sha1, question.sha256)))
    prints = bytes(question.prints)
    asked = [prints[at : at + HASH_BYTES] for at in range(0, len(prints), HASH_BYTES)]
    for item in items:
        if same_bytes(named, item):
            yield item, {"kind": MatchKind.IDENTICAL.value, "distance": 0}
        elif item.pdq is not None and asked:
            far = min(distance(each, bytes(item.pdq)) for each in asked)
            if far <= question.radius:
                yield item, {"kind": MatchKind.NEAR.value, "distance": far}


def _answered(acting: Acting, question: Question, item: int, answer: Answer) -> Hit:
    told = {"distance": answer.distance, "expected_false": answer.expected_false}
    evidence = answer.evidence | {"orientation": ORIENTATIONS[answer.orientation]}
    return _hit(acting, question, item, answer.id, kind=answer.kind, evidence=evidence, **told)


def _hit(acting: Acting, question: Question, item: int, medium: int | None, **how: object) -> Hit:
    return Hit(question=question, unit=acting.unit, item_id=item, medium_id=medium, at=acting.now(), **how)
