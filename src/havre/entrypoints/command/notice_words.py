"""What waits for a unit, in the words of a line for people."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

ABOUT = {
    "held": "held elsewhere",
    "claimed": "somebody works on it",
    "identified": "identified",
    "withdrawn": "withdrawn",
    "corrected": "corrected",
    "country": "your country?",
    "comment": "word of others",
    "disagrees": "judged otherwise",
    "otherwise": "identified otherwise",
    "contested": "two claims",
    "handed": "handed to you",
}

AGREES = {
    "identical": "identical",
    "near": "nearly the same",
    "segment": "part of a film",
    "sound": "part of a sound",
    "place": "same place or object",
    "camera": "same camera",
}

BASELINE = {True: "Baseline", False: "not Baseline"}


def line(notice: Mapping[str, Any]) -> str:
    """One notice: its number, what it is about, whose, and what is to be known."""
    late = " — ESCALATED" if notice["escalated"] else ""
    parts = [part for part in (_whose(notice), *_said(notice["told"]), *_around(notice)) if part]
    about = f"{notice['number']}  {ABOUT.get(notice['about'], notice['about'])}{late}"
    return f"{about}: {'; '.join(parts)}" if parts else about


def beside_it(told: Mapping[str, Any]) -> str:
    """One thing beside a series: what it is, whose, what it says, and who read it where its author asks."""
    shown = {key: value for key, value in told["body"].items() if key not in ("series", "contact", "crop")}
    said = ", ".join(f"{key} {_day(value) if key in TIMES else value}" for key, value in shown.items())
    read = f"; read by {', '.join(told['read by'])}" if told.get("read by") else ""
    return f"{told['kind']} by {told['unit']} ({told['country']}): {said}{read}"


def otherwise(known: Mapping[str, Any] | None) -> str:
    """Who says what, where not all say the same of whose police know the child; empty where they do."""
    if known is None or known["agree"]:
        return ""
    from havre.flows.units_named import told_apart

    who = told_apart(known["said"])
    said = "; ".join(f"{', '.join(each['by'])} by {name}" for each, name in zip(known["said"], who, strict=True))
    return f"they do not say the same of who identified the child: {said}"


TIMES = ("since", "until", "at", "safeguarded_at")


def _whose(notice: Mapping[str, Any]) -> str:
    told, source = notice["told"], notice["source"] or {}
    who = source if notice["about"] != "contested" else {}  # of a claim that holds the source is whoever reads this
    unit, country = who.get("unit") or told.get("by", ""), who.get("country") or told.get("country", "")
    named = f"{unit} ({country})" if unit else ""
    called = " of ".join(part for part in (told.get("reference", ""), named) if part)
    return f"{called}, as your {notice['series']}" if notice["series"] else called


def _said(told: Mapping[str, Any]) -> list[str]:
    return [words(told) for name, words in WORDS.items() if name in told]


def _around(notice: Mapping[str, Any]) -> list[str]:
    until = f"acknowledge it before {_day(notice['answer_by'])}" if notice["answer_by"] else ""
    return [until, f"answered: {notice['answer']}" if notice["answer"] else ""]


def _held(told: Mapping[str, Any]) -> str:
    agrees = AGREES.get(told.get("kind", ""), "")
    files = f"{told['media']:,} file{'s' if told['media'] != 1 else ''}"
    return f"{files}, {agrees}, {told['percent']} %" if agrees else files


def _identified(told: Mapping[str, Any]) -> str:
    safe = ", the child is safe" if told.get("safeguarded") else ""
    return f"identified by {told['by country']}{safe}"


def _judged(told: Mapping[str, Any]) -> str:
    ours, theirs = (BASELINE[bool(told[who]["baseline"])] for who in ("ours", "theirs"))
    return f"the same file is {ours} to your unit, and {theirs} to them"


def _won(told: Mapping[str, Any]) -> str:
    if told.get("another"):
        return "another unit works on it, your claim is given back: ask them"
    return "your claim came first and holds" if told["won"] else "their claim holds, yours is given back"


def _day(text: object) -> str:
    try:
        return f"{datetime.fromisoformat(str(text)):%Y-%m-%d %H:%M}"
    except ValueError:
        return str(text)


WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "media": _held,
    "until": lambda told: f"until {_day(told['until'])}" if told["until"] else "",
    "by country": _identified,
    "you say": lambda told: f"your unit says {', '.join(told['you say'])}: ask them, then say it anew or withdraw it",
    "others say": lambda told: f"others say {', '.join(told['others say'])}: ask them all",
    "alike": lambda _told: "only a look-alike speaks for it: look, then `havre theirs same`",
    "became": lambda told: f"your series is again: {told['became']}",
    "reasons": lambda told: f"because of {', '.join(told['reasons'])}",
    "ours": _judged,
    "won": _won,
    "unanswered": lambda told: f"{told['unanswered']} did not answer since {_day(told.get('since', ''))}",
    "passed on by": lambda told: f"passed on by {told['passed on by']}",
    "because": lambda told: str(told["because"]),
    "contact": lambda told: f"contact {told['contact']}" if told["contact"] else "",
}
"""What each thing that is told reads as, in the order in which a person wants it."""
