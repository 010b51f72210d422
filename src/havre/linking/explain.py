"""A link in one sentence, a proposal in one sentence for each link: exact, calm, without naming what is seen.

Evidence that a sentence speaks of, all of it optional (without it the sentence says less):

near       distance (bits), or points with one_region, other_region, one_size, other_size (pixels); orientation
segment    one_span, other_span (seconds: from, to), orientation; a still picture has no span
sound      one_span, other_span, pictures_differ
place      points, one_region, other_region (x, y, w, h), one_size, other_size (w, h), orientation
camera, session: as havre.linking.camera tells them
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from havre.linking.bridges import Bridge
from havre.linking.group import Proposal
from havre.linking.links import RAREST, Kind, Link, Value
from havre.linking.phrases import ENGLISH, Language

Told = Mapping[str, Value]

WHOLE = 0.8
"""Share of a side from which on a region is called as long as the picture."""
BAND = 2 / 3
"""Share of a side from which on a region that is not as broad is called a band or a part of the picture."""

TOLD_PLAINLY = 0.001
"""Chances from which on a person reads the number itself."""

PLACES = (
    ("upper left", "upper middle", "upper right"),
    ("middle left", "centre", "middle right"),
    ("lower left", "lower middle", "lower right"),
)


def sentence(link: Link, language: Language = ENGLISH) -> str:
    """Why these two are linked, in the words of the field."""
    told = link.told
    said = _SAID[link.kind](told, language)
    orientation = language.orientations.get(str(told.get("orientation")))
    if orientation is not None:
        said = language.added["orientation"].format(sentence=said, orientation=orientation)
    if told.get("contradicts"):
        named = [language.contradictions.get(name, name) for name in _texts(told.get("contradicts"))]
        said = language.added["contradicted"].format(sentence=said, contradicts=_listed(named, language))
    return said


def rarity(link: Link, media: int, language: Language = ENGLISH) -> str:
    """How often as good a match is expected by accident, in a database of so many media."""
    return language.whole["rarity"].format(expected=chance(link.expected_false), media=media)


def chance(expected_false: float) -> str:
    """So many accidents as a person reads them: 0.2, 3 × 10⁻⁷, or less than what was ever measured."""
    if expected_false <= RAREST:
        return "< 10" + _raised(-12)
    if expected_false >= TOLD_PLAINLY:
        return f"{expected_false:.1g}"
    digit, _e, power = f"{expected_false:.0e}".partition("e")
    return f"{digit} × 10{_raised(int(power))}"


def _raised(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def explain(
    proposal: Proposal, names: Mapping[int, str], most: int | None = None, language: Language = ENGLISH
) -> tuple[str, ...]:
    """The proposal's reasons, the rarest first, at most `most` of them; what hangs by one medium; what was not joined.

    `names` are what media are called on the page; one without is called by its number.
    """
    links = sorted(proposal.links, key=lambda link: (link.expected_false, link.one, link.other, link.kind))
    shown = links[:most]
    lines = [_between(link, "link", names, language) for link in shown]
    if len(shown) < len(links):
        lines.append(language.whole["further"].format(more=len(links) - len(shown)))
    lines += [connection(bridge, names, language) for bridge in proposal.bridges]
    lines += [_between(link, "apart", names, language) for link in proposal.held_apart]
    return tuple(lines)


def connection(bridge: Bridge, names: Mapping[int, str], language: Language = ENGLISH) -> str:
    """What a bridge connects: "A and C do not match each other; B connects them"."""
    parts = [
        language.whole["part of several" if part.size > 1 else "part"].format(
            medium=_name(part.medium, names), more=part.size - 1
        )
        for part in bridge.parts
    ]
    return language.whole["bridge"].format(parts=_listed(parts, language), medium=_name(bridge.medium, names))


def _between(link: Link, how: str, names: Mapping[int, str], language: Language) -> str:
    one, other = _name(link.one, names), _name(link.other, names)
    return language.whole[how].format(one=one, other=other, sentence=sentence(link, language))


def _name(medium: int, names: Mapping[int, str]) -> str:
    return names.get(medium, str(medium))


def _listed(parts: Sequence[str], language: Language) -> str:
    """A, B and C."""
    *first, last = parts
    return language.whole["and"].join([*([language.whole["comma"].join(first)] if first else []), last])


# ---- pictures ----


def _near(told: Told, language: Language) -> str:
    where = _where(told, language)
    if where is not None and "points" in told:
        return language.sentences["near by points"].format(where=where, points=told["points"])
    return language.sentences["near by bits" if "distance" in told else "near"].format(distance=told.get("distance"))


def _place(told: Told, language: Language) -> str:
    where = _where(told, language)
    if where is None or "points" not in told:
        return language.sentences["place"]
    return language.sentences["place by points"].format(where=where, points=told["points"])


def _where(told: Told, language: Language) -> str | None:
    """Which region of the one agrees with which of the other."""
    one = region(_numbers(told.get("one_region")), _numbers(told.get("one_size")))
    other = region(_numbers(told.get("other_region")), _numbers(told.get("other_size")))
    if one is None or other is None:
        return None
    how = "different" if one != other else "both whole" if one == "whole" else "same"
    return language.where[how].format(one=language.regions[one], other=language.regions[other])


def region(box: Sequence[float], size: Sequence[float]) -> str | None:
    """Where in a picture of width and height `size` the box x, y, w, h lies, by the names of phrases.REGIONS."""
    if len(box) != 4 or len(size) != 2 or min(size) <= 0:
        return None
    (left, wide), (top, tall) = (_along(box[at], box[at + 2], size[at]) for at in (0, 1))
    column, row = _third(left + wide / 2), _third(top + tall / 2)
    if wide >= WHOLE and tall >= WHOLE:
        return "whole"
    if wide >= BAND > tall:
        return ("top", "row", "bottom")[row]
    if tall >= BAND > wide:
        return ("left", "column", "right")[column]
    return PLACES[row][column]


def _along(start: float, length: float, whole: float) -> tuple[float, float]:
    """Start and length as shares of a side, what sticks out cut off."""
    first, last = (min(max(at / whole, 0.0), 1.0) for at in (start, start + length))
    return first, max(0.0, last - first)


def _third(at: float) -> int:
    return min(2, int(at * 3))


# ---- films and sounds ----


def _segment(told: Told, language: Language) -> str:
    times = _times(told, language)
    if times is not None:
        return language.sentences["segment with times"].format(**times)
    at = _numbers(told.get("one_span")) or _numbers(told.get("other_span"))
    if at:
        return language.sentences["frame"].format(at=clock(at[0]))
    return language.sentences["segment"]


def _sound(told: Told, language: Language) -> str:
    times = _times(told, language)
    how = "sound" if times is None else "sound with times"
    if times is not None and (times["one_from"], times["one_to"]) == (times["other_from"], times["other_to"]):
        how = "sound at the same times"
    if told.get("pictures_differ"):
        how += ", other pictures"
    return language.sentences[how].format(**(times or {}))


def _times(told: Told, language: Language) -> dict[str, str] | None:
    one, other = _numbers(told.get("one_span")), _numbers(told.get("other_span"))
    if len(one) != 2 or len(other) != 2:
        return None
    times = {"one_from": one[0], "one_to": one[1], "other_from": other[0], "other_to": other[1]}
    return {name: clock(at) for name, at in times.items()} | {"seconds": _tenths(one[1] - one[0], language)}


def _tenths(number: float, language: Language) -> str:
    whole, tenths = divmod(round(number * 10), 10)
    return language.whole["tenths"].format(whole=whole, tenths=tenths)


def clock(seconds: float) -> str:
    """0:31, 12:05, 1:02:03."""
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


# ---- cameras ----


def _camera(told: Told, language: Language) -> str:
    said = _reasons(("camera serial", "lens serial"), told, language)
    return language.whole["semicolon"].join(said) or language.sentences["camera"]


def _session(told: Told, language: Language) -> str:
    agrees = set(_texts(told.get("agrees")))
    first = [_exactly(name, told) for name in _together(agrees)]
    said = language.whole["comma"].join(
        _reasons([*first, *sorted(agrees & {"day", "image id", "document id"})], told, language)
    )
    said = said or language.sentences["session"]
    if "camera" in agrees:
        said = language.added["camera"].format(sentence=said)
    numbers = _reasons(sorted(agrees & {"file number"}), told, language)
    return language.whole["comma"].join([said, *numbers])


def _together(agrees: set[str]) -> list[str]:
    """Time and place, as one reason where both agree."""
    return ["time and place"] if {"time", "place"} <= agrees else sorted(agrees & {"time", "place"})


def _exactly(name: str, told: Told) -> str:
    """The reason as it is told where nothing lies between the two: nobody reads "0 m apart"."""
    seconds, metres = (_round(told.get(number)) == 0 for number in ("seconds", "metres"))
    return _NOTHING_BETWEEN.get((name, seconds, metres), name)


def _reasons(names: Iterable[str], told: Told, language: Language) -> list[str]:
    """What agrees, each with its numbers; one whose numbers are missing is left out."""
    values = {name: _round(value) if name in ("seconds", "metres") else value for name, value in told.items()}
    said = []
    for name in names:
        try:
            said.append(language.reasons[name].format(**values))
        except (KeyError, ValueError, TypeError):
            continue
    return said


def _round(value: Value) -> Value:
    return round(value) if isinstance(value, float) else value


# ---- reading evidence ----


def _numbers(value: Value) -> tuple[float, ...]:
    parts = value if isinstance(value, tuple) else ()
    return tuple(float(part) for part in parts if isinstance(part, int | float))


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(str(part) for part in value) if isinstance(value, tuple) else ()


_NOTHING_BETWEEN: Mapping[tuple[str, bool, bool], str] = {
    ("time and place", True, True): "same time and place",
    ("time and place", True, False): "same time and near",
    ("time and place", False, True): "time and same place",
    **{("time", True, metres): "same time" for metres in (False, True)},
    **{("place", seconds, True): "same place" for seconds in (False, True)},
}
"""By whether seconds and metres between the two are nought."""

_SAID: Mapping[Kind, Callable[[Told, Language], str]] = {
    Kind.IDENTICAL: lambda _, language: language.sentences["identical"],
    Kind.NEAR: _near,
    Kind.SEGMENT: _segment,
    Kind.SOUND: _sound,
    Kind.PLACE: _place,
    Kind.CAMERA: _camera,
    Kind.SESSION: _session,
}
