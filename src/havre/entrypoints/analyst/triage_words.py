"""What triage says: tabs, headings, reasons, labels, facts, keys, in the language of whoever reads."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.assessments.mapping import BASELINE, labels
from havre.assessments.models import Age, Assessment, Produced, Stack, Tab, Visible
from havre.entrypoints.analyst.fact_words import known_as
from havre.entrypoints.analyst.keys import EVERYWHERE, Key
from havre.entrypoints.analyst.series_words import KINDS
from havre.flows.triage import Reason, Told
from havre.linking import explain
from havre.linking.languages import language_of
from havre.linking.links import Kind, Link

Words = Mapping[str, "str | Promise"]

TABS: Words = {
    Tab.NEW: lazy("New"),
    Tab.NEAR: lazy("Near"),
    Tab.SECOND: lazy("Second person"),
    Tab.JUDGED: lazy("Judged"),
}

HEADINGS: Words = {
    "series": lazy("Near an open series"),
    "safe": lazy("Near a series whose children are safe"),
    "withdrawn": lazy("Near a withdrawn series"),
    "files": lazy("Several files of the same"),
    "near": lazy("Near something known"),
    "linked": lazy("A place that is seen elsewhere"),
    "unseen": lazy("A place nobody has yet"),
    "apart": lazy("Nothing to compare them by"),
    "disputed": lazy("Two people disagree"),
    "waiting": lazy("Waits for a second person"),
    "judged": lazy("Judged, the last first"),
}

NOTES: Words = {
    "safe": lazy("The series is known material, but a new picture may mean new abuse: see when it was taken."),
    "withdrawn": lazy("Nobody looks any further there, for it is no case. It may be taken up again."),
}
"""What is to be known of everything under a heading."""

EMPTY: Words = {
    Tab.NEW: lazy("Nothing new. What a later intake brings appears here."),
    Tab.NEAR: lazy("Nothing near something known waits to be judged."),
    Tab.SECOND: lazy("Nothing waits for a second person."),
    Tab.JUDGED: lazy("Nothing is judged yet. Begin with what is new."),
}

LABELS: Words = {
    "1": lazy("Abuse material"),
    "2": lazy("Age or act unclear"),
    "3": lazy("Drawn or generated"),
    "4": lazy("For comparison"),
    "5": lazy("Not relevant"),
}

AGES: Words = {
    Age.INFANT: lazy("0 to 2 years"),
    Age.SMALL: lazy("3 to 5 years"),
    Age.CHILD: lazy("6 to 9 years"),
    Age.PREPUBESCENT: lazy("10 to 13 years"),
    Age.ADOLESCENT: lazy("14 to 17 years"),
    Age.ADULT: lazy("Adult"),
    Age.UNCLEAR: lazy("Age unclear"),
}

SEEN: Words = {
    Visible.ACT: lazy("Sexual act"),
    Visible.FOCUS: lazy("Genitals in focus"),
    Visible.NUDITY: lazy("Nudity"),
    Visible.NONE: lazy("None of these"),
}

MADE: Words = {
    Produced.CAMERA: lazy("Camera"),
    Produced.SELF: lazy("By the person seen"),
    Produced.DRAWN: lazy("Drawn"),
    Produced.GENERATED: lazy("Generated"),
    Produced.UNCLEAR: lazy("Unclear how"),
}

ICONS: Mapping[str, str] = {
    Kind.NEAR: "image",
    Kind.SEGMENT: "film",
    Kind.SOUND: "music-note-beamed",
    Kind.PLACE: "geo-alt",
    Kind.CAMERA: "camera",
    Kind.SESSION: "clock",
}

KEYS = (
    Key("ArrowLeft", "left", lazy("Stack before")),
    Key("ArrowRight", "right", lazy("Next stack")),
    Key("ArrowUp", "up", lazy("Row above")),
    Key("ArrowDown", "down", lazy("Row below")),
    Key("Home", "row-first", lazy("First of the row")),
    Key("End", "row-last", lazy("Last of the row")),
    Key("j", "group-next", lazy("Next group")),
    Key("k", "group-before", lazy("Group before")),
    Key("Enter", "open", lazy("Open the stack")),
    *(Key(key, f"judge-{key}", LABELS[key]) for key in labels()),
    *(Key(key, f"judge-{key}", lazy("While facts are asked: what has this number")) for key in "67"),
    Key("0", "judge-0", lazy("Back to not judged")),
    Key("u", "undo", lazy("Undo, 50 deep")),
    Key("w", "unsure", lazy("Unsure: ask a second person")),
    Key("b", "confirm", lazy("Confirm as the second person")),
    Key("f", "facts", lazy("Facts, one by one")),
    Key("a", "onward", lazy("Next after judging: on or off")),
    Key("x", "select", lazy("Select or not")),
    Key("Shift+ArrowLeft", "select-left", lazy("Select backwards")),
    Key("Shift+ArrowRight", "select-right", lazy("Select forwards")),
    Key("Shift+ArrowUp", "select-up", lazy("Select a row up")),
    Key("Shift+ArrowDown", "select-down", lazy("Select a row down")),
    Key("Control+a", "select-group", lazy("Select all in the group")),
    Key("v", "storyboard", lazy("Storyboard of a film, veiled")),
    Key("c", "compare", lazy("Compare with the best match")),
    Key("s", "series", lazy("Put into a series")),
)


SHORT: Sequence[tuple[Sequence[str], "str | Promise"]] = (
    (("left", "right", "up", "down"), lazy("move")),
    (("judge-1", "…", "judge-5"), lazy("judge")),
    (("undo",), lazy("undo")),
    (("unsure",), lazy("unsure")),
    (("confirm",), lazy("confirm")),
    (("facts",), lazy("facts")),
    (("select",), lazy("select")),
    (("compare",), lazy("compare")),
    (("series",), lazy("to series")),
)
"""The strip at the bottom: acts of the table of keys, several of them in one word."""


def on_tiles() -> dict[str, str]:
    """Words that every tile carries: looked up once a page, not once a tile."""
    return {
        "why": _("Why it is here"),
        "found": _("Found"),
        "taken": _("Taken on"),
        "says": _("says the file"),
        "size": _("Size"),
    }


def legend() -> Sequence[tuple[Sequence[str], "str | Promise"]]:
    """What is written on the caps of the strip, and what they do."""
    caps = {key.act: key.shown[0] for key in KEYS}
    hold = (next(key for key in EVERYWHERE if key.act == "reveal").shown, _("hold to look"))
    rows = [([caps.get(act, act) for act in acts], said) for acts, said in SHORT]
    return [rows[0], hold, *rows[1:], (["?"], _("all keys"))]


STATUSES: "dict[str, str | Promise]" = {
    "confirmed": lazy("confirmed"),
    "proposed": pgettext_lazy("series", "proposed"),
}
"""What is said beside the series that a heading names, where its life goes on."""


def heading(name: str, status: str = "", called: str = "") -> tuple[str, str, str]:
    """A heading, the series it names, and what is to be known of what stands under it."""
    kind, _colon, number = name.partition(":")
    state = "" if called and status == "confirmed" else str(STATUSES.get(status, ""))
    chip = f"S{number} {', '.join(part for part in (called, state) if part)}".strip() if number else ""
    return str(HEADINGS[kind]), chip, str(NOTES.get(kind, ""))


def sentences(told: Told) -> list[tuple[str, str]]:
    """Why a stack is here, an icon and a sentence each; the first is written under its tile."""
    stack = told.stack
    said = [(ICONS.get(each.link.kind, "link-45deg"), _sentence(each, stack)) for each in told.reasons]
    if stack.series is not None and not said:
        said.append(("diagram-3", _("In series S%(number)s already.") % {"number": stack.series}))
    if not said:
        said.append(("image", str(_alone(stack))))
    if stack.files > 1:
        files = ngettext("%(count)s file looks the same.", "%(count)s files look the same.", stack.files)
        said.insert(0 if stack.heading == "files" else len(said), ("layers", files % {"count": stack.files}))
    return said


def caption(told: Told) -> str:
    """The first reason in the few words that a tile has room for, without its full stop."""
    stack = told.stack
    if not told.reasons or (stack.heading == "files" and stack.files > 1):
        return sentences(told)[0][1].rstrip(".")
    return _brief(told.reasons[0].link)


def _brief(link: Link) -> str:
    """A link in a few words: `mirrored, PDQ 14`, `same place, 11 points`."""
    told, said = link.told, str(KINDS[link.kind])
    if link.kind == Kind.NEAR:
        said = language_of(get_language() or "en").orientations.get(str(told.get("orientation")), said)
    bits, points = told.get("distance"), told.get("points")
    if isinstance(bits, int):
        return f"{said}, PDQ {bits}"
    if isinstance(points, int):
        return f"{said}, " + ngettext("%(points)s point", "%(points)s points", points) % {"points": points}
    return said


def _alone(stack: Stack) -> str:
    if stack.apart:
        return _("Nothing in it can be compared with anything else.")
    return _("No place like it so far.")


def _sentence(reason: Reason, stack: Stack) -> str:
    said = explain.sentence(reason.link, language_of(get_language() or "en"))
    said = said[:1].upper() + said[1:]
    if reason.match is None and stack.series is not None:
        return _("%(sentence)s as in S%(number)s.") % {"sentence": said, "number": stack.series}
    if not reason.known:
        return f"{said}."
    known = {"sentence": said, "label": known_as(reason.known)}
    return _("%(sentence)s. The other file is known as %(label)s.") % known


def label_said(word: Assessment) -> str:
    """What one word judged."""
    return str(LABELS.get(word.label, _("unsure") if word.unsure else _("taken back")))


def category_said(categories: Mapping[str, str]) -> str:
    """What the country's mapping made of a word, by mapping; every country's baseline is not shown."""
    return next((made for name, made in categories.items() if name != BASELINE), "")


def facts_said(word: Assessment) -> str:
    """The facts of one word."""
    parts = [AGES.get(word.age, ""), *(SEEN[each] for each in word.visible), MADE.get(word.produced, "")]
    return ", ".join(str(part) for part in parts if part)


def name_of(stack: Stack, sentence: str) -> str:
    """What a screen reader says of a stack."""
    said = ngettext("Stack of %(count)s file", "Stack of %(count)s files", stack.files) % {"count": stack.files}
    return f"{said}: {sentence}"


def files_judged(files: int, label: str) -> str:
    """What an act did, in a sentence: a label, or one of the keys that judge nothing themselves."""
    if label == "unsure":
        said = ngettext(
            "%(files)s file: a second person is asked.", "%(files)s files: a second person is asked.", files
        )
    elif label == "confirm":
        said = ngettext("%(files)s file confirmed.", "%(files)s files confirmed.", files)
    elif label == "undo":
        said = ngettext("Undone: %(files)s file.", "Undone: %(files)s files.", files)
    elif label == "0":
        said = ngettext("%(files)s file is not judged.", "%(files)s files are not judged.", files)
    else:
        return _judged(files, label)
    return said % {"files": files}


def disagree(stacks: int) -> str:
    """What comes next where the word of two people is not the same; empty where it is."""
    said = ngettext(
        "%(stacks)s stack: two people disagree, a third or a supervisor decides.",
        "%(stacks)s stacks: two people disagree, a third or a supervisor decides.",
        stacks,
    )
    return said % {"stacks": stacks} if stacks else ""


def _judged(files: int, label: str) -> str:
    said = ngettext("%(files)s file judged %(label)s.", "%(files)s files judged %(label)s.", files)
    return said % {"files": files, "label": label}


def in_row(words: Words) -> Sequence[tuple[int, str, "str | Promise"]]:
    """Choices with the digit of each, from 1."""
    return [(at, value, said) for at, (value, said) in enumerate(words.items(), start=1)]
