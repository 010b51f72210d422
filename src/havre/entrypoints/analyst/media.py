"""One medium: what it is, where it was found, what it matches and why, what was done with it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.assessments.agreement import Agreement
from havre.assessments.gather import SHOWN
from havre.assessments.queries import categories_of, history_of
from havre.audit.entry import NOT_GIVEN, Entry
from havre.entrypoints.analyst import log_words, sentences
from havre.entrypoints.analyst import triage_words as words
from havre.entrypoints.analyst.fact_words import fact_said, known_as
from havre.entrypoints.analyst.keys import Key
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.veils import Veiled, veiled
from havre.fingerprints.pdq import BYTES, ORIENTATIONS
from havre.flows.baseline import baselines
from havre.flows.media_shown import Reason, Shown, show_medium
from havre.flows.seen import enter_seen
from havre.matches.models import Imprint
from havre.media.models import Fingerprint, Medium
from havre.units.models import Person, RoleName

KEYS = (
    Key("c", "compare", lazy("Compare with the rarest match"), legend=True),
    Key("j", "next", lazy("Next match")),
    Key("k", "previous", lazy("Previous match")),
)


BASELINE, NOT_BASELINE = lazy("Baseline"), lazy("not Baseline")
STANDS = {
    Agreement.AGREED: lazy("Baseline: two countries agree"),
    Agreement.DISPUTED: lazy("countries disagree"),
    Agreement.ONE: lazy("one country says Baseline"),
    Agreement.NOT: lazy("not Baseline"),
    Agreement.UNSAID: lazy("not judged"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One match as the page lists it."""

    reason: Reason
    kind: object
    sentence: str
    chance: str
    other: str
    label: str
    """Under which the other is known; empty where it is only held."""
    address: str
    veil: Veiled | None


@dataclass(frozen=True, slots=True)
class Said:
    """What one person judged of a medium, in the words of whoever reads."""

    by: str
    at: datetime
    label: str
    """The digit of its key; "?" where they were unsure, "0" where they took their word back."""
    words: str
    facts: str
    category: str
    """What the law of the unit's country makes of it; empty where it has none for it."""
    undone: datetime | None
    """Since when it no longer holds."""


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def media(visit: Visit, number: int) -> HttpResponse:
    """Everything the unit knows of one medium."""
    shown = show_medium(visit.home, visit.acting(), number)
    others = {each.medium.pk: each.medium for each in shown.reasons if each.medium is not None}
    veils = veiled(visit.home, visit.person.unit, [shown.medium, *others.values()])
    return visit.show(
        "media.html",
        {
            "shown": shown,
            "veil": veils[shown.medium.pk],
            "name": name_of(shown),
            "digests": list(digests(shown.medium)),
            "facts": [(fact_said(each.name), each) for each in shown.facts],
            "prints": [_print(each) for each in shown.prints],
            "imprints": list(by_method(shown.imprints)),
            "lines": [_line(shown.medium, each, veils) for each in shown.reasons],
            "labels": {entry.pk: known_as(entry.label) for entry in shown.judged},
            "judged": judged(visit.person, number),
            "baseline": baseline(visit, number),
            "to_triage": to_triage(shown),
            "history": [_entry(each) for each in shown.history],
            "keys": KEYS,
        },
    )


def to_triage(shown: Shown) -> str:
    """Where it is judged; empty where it is judged already, or nothing that shows it is for a person to look at."""
    if any(entry.label for entry in shown.judged) or not any(each.item.outcome in SHOWN for each in shown.exhibits):
        return ""
    return f"{reverse('triage')}?{urlencode({'medium': shown.medium.pk})}"


def judged(viewer: Person, medium: int) -> list[Said]:
    """Everything that was ever judged of it, undone words too, oldest first."""
    said = history_of(viewer, medium)
    categories = categories_of(viewer, said)
    return [
        Said(
            word.person.name,
            word.at,
            word.label or ("?" if word.unsure else "0"),
            words.label_said(word),
            words.facts_said(word),
            words.category_said(categories.get(word.pk, {})),
            word.undone_at,
        )
        for word in said
    ]


def baseline(visit: Visit, number: int) -> dict[str, object] | None:
    """What countries judged of it, where others let this unit see that they did; None where none of them has."""
    acting = visit.acting()
    found = baselines(acting, [number])[number]
    enter_seen(visit.home, acting)
    if not any(each.unit != visit.person.unit.name for each in found.judgements):
        return None
    said = [
        {"unit": each.unit, "country": each.country, "word": BASELINE if each.baseline else NOT_BASELINE}
        for each in found.judgements
    ]
    return {"word": STANDS[found.state], "tone": "good" if found.state == Agreement.AGREED else "near", "said": said}


def name_of(shown: Shown) -> str:
    """What people call it by: the file's own name where it was found first, else its number."""
    return called_by(shown.exhibits[0].item.path if shown.exhibits else "", shown.medium)


def called_by(found: str, medium: Medium) -> str:
    """What people call a medium that was found first at this path; its number where it lies nowhere."""
    return file_name(found) or _("Medium %(number)s") % {"number": medium.pk}


def file_name(path: str) -> str:
    """The last part of a path of either kind of system."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]


def digests(medium: Medium) -> Iterator[tuple[str, str]]:
    """The digests of a medium as hex, the strongest first."""
    for name in ("sha256", "sha1", "md5"):
        yield name.upper().replace("SHA", "SHA-"), bytes(getattr(medium, name)).hex()


def _print(made: Fingerprint) -> dict[str, object]:
    whole = bytes(made.orientations)
    ways = [whole[at : at + BYTES].hex() for at in range(0, len(whole), BYTES)]
    ways_said = sentences.language().orientations
    turned = [(ways_said.get(name, _("upright")), way) for name, way in zip(ORIENTATIONS, ways, strict=False)]
    return {"print": made, "pdq": ways[0] if ways else "", "turned": turned}


def by_method(imprints: Iterable[Imprint]) -> Iterator[dict[str, object]]:
    """The fingerprints beyond PDQ, by method, and how many there are of each."""
    names = {"film": _("Film: runs of frames"), "sound": _("Sound: Chromaprint"), "scene": _("Scene: local features")}
    for method, some in groupby(imprints, key=lambda each: each.method):
        made = list(some)
        count = len(made) if method == "scene" else sum(each.count for each in made)
        yield {"method": names.get(method, method), "count": count, "version": made[0].version}


def _entry(entry: Entry) -> dict[str, object]:
    """An entry of the log as a line: when, who, what, why."""
    detail = json.loads(entry.detail)
    act = detail.get("act", "") if isinstance(detail, dict) else ""
    return {
        "at": datetime.fromisoformat(entry.at),
        "person": entry.person,
        "act": log_words.act_said(act) if act else log_words.verb_said(entry.verb),
        "why": "" if entry.reason == NOT_GIVEN else entry.reason,
    }


def _line(medium: Medium, reason: Reason, veils: dict[int, Veiled]) -> Line:
    other = reason.medium
    return Line(
        reason,
        sentences.KINDS.get(reason.kind, reason.kind),
        sentences.sentence(reason.link),
        sentences.chance(reason.expected_false),
        called(reason),
        known_as(reason.knowledge.label) if reason.knowledge is not None else "",
        f"/media/{medium.pk}/compare/{'' if reason.how == 'match' else 'link/'}{reason.number}",
        veils[other.pk] if other is not None else None,
    )


def called(reason: Reason) -> str:
    """What a medium matches, in words."""
    if reason.medium is not None:
        return called_by(reason.path, reason.medium)
    if reason.knowledge is not None:
        return file_name(reason.knowledge.path) or _("Known entry %(number)s") % {"number": reason.knowledge.pk}
    return file_name(reason.path)


ADDRESSES = [path("media/<int:number>", media, name="medium")]
