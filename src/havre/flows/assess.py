"""Judge stacks: one key for each and for all it holds, a second person where the scheme says so, undone while nobody
else acted. What is settled is known to the unit from then on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from havre.assessments.mapping import BASELINE, MappingOf, label, mapping_of, mappings
from havre.assessments.models import Act, Assessment, Derived, Stack
from havre.assessments.queries import last_acts, stacks_named
from havre.assessments.say import Saying, Settled, derive, say, settle, undoable
from havre.compiled import compiled
from havre.errors import Invalid, NotFound
from havre.flows.baseline import tell_judged
from havre.flows.home import Home, log, seal_log
from havre.flows.judged import forget_judged, keep_judged
from havre.flows.source import holding
from havre.units.acting import Acting
from havre.units.models import Person, Role, RoleName
from havre.units.queries import is_a

UNDO_DEPTH = 50
"""Acts of a person that may be taken back, the newest first (interface.md)."""

MOST_STACKS = 500
"""Stacks one key may judge: more than anybody can look over."""

ROUND = 500
"""Words of which the category is derived anew in one transaction."""

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Judged:
    """What one key did."""

    settled: Sequence[Settled]
    again: bool = False
    """Whether the same act had been written before: it is told again."""

    @property
    def files(self) -> int:
        """Files of all its stacks."""
        return sum(each.stack.files for each in self.settled)


def judge(home: Home, acting: Acting, stacks: Sequence[int], once: str, saying: Saying) -> Judged:
    """Say something of stacks and of every file in them; `once` names the act, so that sent twice it is one."""
    _may_judge(acting)
    if saying.label:
        label(saying.label)  # (1) is the label one
    if not once or not stacks or len(stacks) > MOST_STACKS:
        raise Invalid(_("an act has a name and between 1 and %(most)s stacks") % {"most": MOST_STACKS})
    with holding(acting.unit):
        found = stacks_named(acting.person, stacks)  # (2) which stacks
        before = Act.objects.filter(person=acting.person, once=once).first()
        if before is not None:
            return Judged(settle(acting.unit, found, _alone(acting)), again=True)
        act = Act.objects.create(unit=acting.unit, person=acting.person, at=acting.now(), once=once)
        say(act, found, saying, is_a(acting.person, RoleName.SUPERVISOR))  # (3) the words, kept as they are said
        settled = _settle(home, acting, found)  # (4) all words together -> where each stands, what the unit knows
        _log(home, acting, act, _said(saying), settled)  # (5) written down
    return Judged(settled)


def undo(home: Home, acting: Acting, once: str = "") -> tuple[Judged, int]:
    """Take back the act of this name, or the last; and how many stacks stay, because somebody else acted since.

    Raises NotFound where there is none among the last 50.
    """
    _may_judge(acting)
    with holding(acting.unit):
        act = _undoable(acting, once)
        if act.undone_at is not None:
            told = stacks_named(acting.person, [w.stack_id for w in act.words.all() if w.stack_id is not None])
            return Judged(settle(acting.unit, told, _alone(acting)), again=True), 0
        words = undoable(act)
        kept = act.words.count() - len(words)
        stacks = stacks_named(acting.person, [word.stack_id for word in words if word.stack_id is not None])
        Assessment.objects.filter(id__in=[word.pk for word in words]).update(undone_at=acting.now())
        act.undone_at = acting.now()
        act.save(update_fields=["undone_at"])
        settled = _settle(home, acting, stacks)
        _log(home, acting, act, {"act": "undone", "stay": kept}, settled)
    return Judged(settled), kept


def _undoable(acting: Acting, once: str) -> Act:
    """The act of this name, which may be undone already, or the last that is not."""
    acts = last_acts(acting.person, UNDO_DEPTH)
    found = next((act for act in acts if act.once == once or (not once and act.undone_at is None)), None)
    if found is None:
        raise NotFound(_("there is nothing to undo: only your last %(most)s acts can be undone") % {"most": UNDO_DEPTH})
    return found


def _settle(home: Home, acting: Acting, stacks: Sequence[Stack]) -> list[Settled]:
    settled = settle(acting.unit, stacks, _alone(acting))
    changed = [each for each in settled if each.before != each.standing.label]
    forget_judged(home, acting, [each.stack for each in changed if each.before])
    keep_judged(acting, [each.stack for each in changed if each.standing.label])
    tell_judged(home, acting, stacks)
    return settled


def _may_judge(acting: Acting) -> None:
    acting.must_be(*WORKING, to="judge media")


def _alone(acting: Acting) -> bool:
    """Whether nobody else of the unit could be a second person."""
    return not _others(acting.person)


@compiled
def _others(person: Person) -> QuerySet[Role]:
    roles = Role.objects.filter(person__unit=person.unit_id, person__left_at=None, name__in=WORKING)
    return roles.exclude(person=person.pk)[:1]


def _said(saying: Saying) -> dict[str, object]:
    facts = {"age": saying.facts.age, "visible": list(saying.facts.visible), "produced": saying.facts.produced}
    said = "confirmed" if saying.confirm else "judged" if saying.label else "unsure" if saying.unsure else "taken back"
    return {"act": said, "label": saying.label, "facts": {name: value for name, value in facts.items() if value}}


def _log(home: Home, acting: Acting, act: Act, said: dict[str, object], settled: Sequence[Settled]) -> None:
    stacks = [each.stack.pk for each in settled]
    thing = f"stack {stacks[0]}" if len(stacks) == 1 else f"{len(stacks)} stacks"
    outcome = {"stacks": stacks, "files": sum(each.stack.files for each in settled)}
    tabs = sorted({each.stack.tab for each in settled})
    log(home, acting, "change", thing, {**said, **outcome, "number": act.pk, "now": tabs, "alone": _alone(acting)})
    seal_log(home, acting)


# ---- a new version of a mapping ----


def rederive(home: Home, acting: Acting, version: MappingOf | None = None) -> int:
    """Derive the category of everything the unit judged anew; what older versions made of it is kept. How many."""
    _may_judge(acting)
    maps = [version] if version else [mappings()[BASELINE], mapping_of(acting.unit.country)]
    made = 0
    for each in maps:
        while derived := _rederived(acting, each, acting.now()):
            made += derived
    with holding(acting.unit):
        names = [f"{each.name}-{each.version}" for each in maps]
        log(home, acting, "change", "legal categories", {"act": "derived", "mappings": names, "categories": made})
        seal_log(home, acting)
    return made


def _rederived(acting: Acting, version: MappingOf, at: datetime) -> int:
    done = Derived.objects.filter(mapping=version.name, version=version.version)
    words = Assessment.objects.filter(medium__unit=acting.unit).exclude(label="")
    with holding(acting.unit):
        left = words.filter(~Exists(done.filter(assessment=OuterRef("pk")))).order_by("id")
        return derive(list(left[:ROUND]), [version], at)
