"""Two media side by side: the same regions and stretches drawn on both, the evidence, and a person's word."""

import json
from collections.abc import Iterator, Mapping, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.entrypoints.analyst import sentences
from havre.entrypoints.analyst.answers import sentence
from havre.entrypoints.analyst.bars import at_once, from_to, joined
from havre.entrypoints.analyst.fact_words import known_as, listed_said
from havre.entrypoints.analyst.keys import Key
from havre.entrypoints.analyst.media import called, called_by, file_name
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.troubles import in_words
from havre.entrypoints.analyst.veils import veiled
from havre.errors import Invalid
from havre.flows.compare import Measured, Pair, Region, Span, compare
from havre.flows.confirm_match import confirm_match
from havre.media.models import Medium
from havre.units.models import RoleName

KEYS = (
    Key("1", "reveal-left", lazy("Reveal the left one"), hold=True, legend=True),
    Key("2", "reveal-right", lazy("Reveal the right one"), hold=True, legend=True),
    Key(" ", "reveal-both", lazy("Reveal both"), hold=True, legend=True),
    Key("d", "side", lazy("Side by side")),
    Key("h", "halves", lazy("Halves: arrows move the line by 1 %, with Shift by 10 %")),
    Key("o", "difference", lazy("Difference")),
    Key("b", "blink", lazy("Blink: the other one as long as it is held")),
    Key("ArrowLeft", "line-left", lazy("Move the line to the left")),
    Key("ArrowRight", "line-right", lazy("Move the line to the right")),
    Key("Shift+ArrowLeft", "line-far-left", lazy("Move the line far to the left")),
    Key("Shift+ArrowRight", "line-far-right", lazy("Move the line far to the right")),
    Key("e", "region", lazy("Next region")),
    Key("Shift+e", "region-back", lazy("Previous region")),
    Key("r", "regions", lazy("Regions on or off")),
    Key("l", "line-up", lazy("Line up on or off")),
    Key("j", "segment", lazy("Next segment")),
    Key("k", "segment-back", lazy("Previous segment")),
    Key("PageUp", "zoom-in", lazy("Larger, both")),
    Key("PageDown", "zoom-out", lazy("Smaller, both")),
    Key("Home", "fit", lazy("Fit")),
    Key("y", "same", lazy("The same"), legend=True),
    Key("n", "not-same", lazy("Not the same"), legend=True),
)

NEEDS = {
    "pictures": {"side", "halves", "difference", "blink", "line-up"}
    | {f"line-{how}{way}" for how in ("", "far-") for way in ("left", "right")},
    "left_seen": {"reveal-left"},
    "right_seen": {"reveal-right"},
    "both_seen": {"reveal-both"},
    "any_seen": {"zoom-in", "zoom-out", "fit"},
    "regions": {"region", "region-back", "regions"},
    "parts": {"segment", "segment-back"},
    "word": {"same", "not-same"},
}
"""What must be there for these keys to do anything: no page names a key that is dead on it."""

METHODS = {
    "pdq": (lazy("PDQ"), lazy("bits of 256 that differ; over 31 is no match")),
    "pdq straight": (lazy("PDQ, as they are"), lazy("bits of 256 that differ; over 31 is no match")),
    "pdq turned": (lazy("PDQ, turned or mirrored"), lazy("bits of 256 that differ, at best")),
    "points": (lazy("Points"), lazy("places in both that look alike and lie alike")),
    "frames": (lazy("Frames"), lazy("frames that agree one after the other")),
    "items": (lazy("Sound"), lazy("pieces of an eighth of a second that agree")),
    "agreement": (lazy("Sound, agreement"), lazy("share of bits that agree; half is accident")),
    "speed": (lazy("Speed"), lazy("of the one against the other")),
    "one_share": (lazy("Share of the left"), lazy("of it is in the right one")),
    "other_share": (lazy("Share of the right"), lazy("of it is in the left one")),
    "camera": (lazy("Camera"), lazy("metadata names the same camera; anybody can write metadata")),
    "session": (lazy("Occasion"), lazy("metadata names the same time and place; anybody can write metadata")),
    "identical": (lazy("Digests"), lazy("every byte is the same")),
}
"""What each method is called, and what its figure means."""


def _kind(name: str) -> object:
    return sentences.KINDS.get(name, name)


DIGESTS = ("SHA-256", "SHA-1", "MD5")

SHARES = ("one_share", "other_share", "agreement")


def _shown(visit: Visit, number: int, how: str, reason: int, problem: str = "", typed: str = "") -> HttpResponse:
    pair = compare(visit.home, visit.acting(), number, how, reason)
    held = [pair.medium] if pair.other is None else [pair.medium, pair.other]
    veils = veiled(visit.home, visit.person.unit, held)
    seen = [medium is not None and medium.family != "audio" for medium in (pair.medium, pair.other)]
    pictures = pair.other is not None and {pair.medium.family, pair.other.family} == {"picture"}
    context = {
        "pair": pair,
        "title": sentences.sentence(pair.asked.link),
        "kind": _kind(pair.asked.kind),
        "left": {"veil": veils[pair.medium.pk], "size": pair.sizes[0], "name": called_by(pair.found, pair.medium)},
        "right": {"veil": veils[pair.other.pk] if pair.other else None, "size": pair.sizes[1]},
        "other": called_by(pair.path, pair.other) if pair.other else called(pair.asked),
        "pictures": pictures,
        "left_seen": seen[0],
        "right_seen": seen[1],
        "both_seen": all(seen),
        "any_seen": any(seen),
        "regions": list(_drawn(pair)),
        "boxes": json.dumps([[region.one, region.other] for region in pair.regions]),
        "turn": json.dumps(pair.turn),
        "parts": list(_parts(pair)),
        "moments": all(map(at_once, pair.parts)),
        "bars": joined(pair.parts, pair.lengths),
        "rows": [_row(each) for each in _figures(pair)],
        "reasons": [(_kind(each.kind), sentences.sentence(each.link)) for each in pair.reasons],
        "chance": sentences.chance(pair.asked.expected_false),
        "known": _known(pair),
        "asked_why": any(not word.same and word.reason for word in pair.words),
        "problem": problem,
        "typed": typed,
    }
    return visit.show("compare.html", {**context, "keys": _keys(pair, context)}, status=400 if problem else 200)


def _keys(pair: Pair, context: Mapping[str, object]) -> tuple[Key, ...]:
    """Those that do something here."""
    there = {**context, "word": pair.other or context["known"]}
    dead = {act for need, acts in NEEDS.items() if not there[need] for act in acts}
    return tuple(key for key in KEYS if key.act not in dead)


def _answered(visit: Visit, number: int, how: str, reason: int) -> HttpResponse:
    if visit.request.method != "POST":
        return _shown(visit, number, how, reason)
    same, why = visit.request.POST.get("same") == "yes", visit.request.POST.get("why", "")
    try:
        confirm_match(visit.home, visit.acting(), number, how, reason, same=same, why=why)
    except Invalid as problem:
        return _shown(visit, number, how, reason, sentence(problem), why)
    messages.success(visit.request, _("Your word is kept beside this match: nothing else was changed by it."))
    return redirect(visit.request.path)


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def compare_match(visit: Visit, number: int, match: int) -> HttpResponse:
    """A medium beside what a match of it is with."""
    return _answered(visit, number, "match", match)


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def compare_link(visit: Visit, number: int, link: int) -> HttpResponse:
    """A medium beside what a link of it is with."""
    return _answered(visit, number, "link", link)


def _drawn(pair: Pair) -> Iterator[dict[str, object]]:
    """Each region as it is drawn on both, with its number in a circle that is as large on small pictures."""
    for number, region in enumerate(pair.regions, start=1):
        sides = [_box(box, size) for box, size in zip((region.one, region.other), pair.sizes, strict=True)]
        yield {"number": number, "one": sides[0], "other": sides[1], **_told(region)}


def _box(box: Sequence[float], size: tuple[int, int]) -> dict[str, object]:
    x, y, width, height = (round(each) for each in box)
    radius = max(4, round(max(size) / 36))
    return {
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "radius": radius,
        "font": round(radius * 1.25),
        "cx": min(max(x, radius), size[0] - radius),
        "cy": min(max(y, radius), size[1] - radius),
    }


def _told(region: Region) -> dict[str, object]:
    return {"points": region.points, "kind": _kind(region.kind)}


def _parts(pair: Pair) -> Iterator[dict[str, object]]:
    for number, part in enumerate(pair.parts, start=1):
        yield {
            "number": number,
            "one": _when(part.one, pair.medium),
            "other": _when(part.other, pair.other),
            "seconds": "" if at_once(part) else number_format(round(part.seconds, 1), 1),
            "kind": _kind(part.kind),
        }


def _when(span: Span, medium: Medium | None) -> str:
    return _("the picture") if medium is not None and medium.family == "picture" else from_to(span)


def _figures(pair: Pair) -> Iterator[Measured]:
    """What was measured, each figure once; that one picture is one frame says nothing."""
    told = {(each.value, each.more or "upright") for each in pair.measured if each.method == "pdq"}
    for each in pair.measured:
        again = each.method in ("pdq straight", "pdq turned") and (each.value, each.more or "upright") in told
        if not again and not (each.method == "frames" and pair.medium.family == "picture"):
            yield each


def _row(each: Measured) -> dict[str, object]:
    name, meaning = METHODS[each.method]
    number = int(each.value) if float(each.value).is_integer() else round(each.value, 4)
    value = f"{each.value * 100:.0f} %" if each.method in SHARES else number_format(number, force_grouping=True)
    turned = sentences.language().orientations.get(each.more, "")
    accident = "" if each.expected_false is None else sentences.chance(each.expected_false)
    return {"method": name, "turned": turned, "meaning": meaning, "value": value, "chance": accident}


def _known(pair: Pair) -> list[tuple[str, str]]:
    """What is known of the other where nobody of the unit holds its bytes."""
    entry = pair.knowledge
    if entry is None:
        return []
    digests = zip(DIGESTS, (entry.sha256, entry.sha1, entry.md5), strict=True)
    told = [
        (_("Label"), known_as(entry.label) or _("only listed, not judged")),
        (_("Category"), known_as(entry.category)),
        (_("Name"), file_name(entry.path)),
        (_("Source"), entry.source.path),
        *((name, bytes(value).hex()) for name, value in digests if value),
        *((listed_said(name), _stated(value)) for name, value in sorted(entry.facts.items())),
    ]
    return [(name, value) for name, value in told if value]


def _stated(value: object) -> str:
    """What a list states, as it stands; yes and no in the reader's language, and what is damaged."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return in_words(str(value))


ADDRESSES = [
    path("media/<int:number>/compare/<int:match>", compare_match, name="compare"),
    path("media/<int:number>/compare/link/<int:link>", compare_link, name="compare_link"),
]
