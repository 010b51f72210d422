"""What the log is about in each entry, in the language of whoever reads: the signed entry keeps its own words."""

from collections.abc import Mapping
from re import Pattern
from types import MappingProxyType

from django.utils.translation import pgettext

from havre.entrypoints.analyst.troubles import forms_of

THINGS = (
    "%(thing)s, in a region of it",
    "what is like %(thing)s",
    "what has this SHA-256 or PDQ",
    "what has this %(kind)s",
    "a file that was sent",
    "the file %(name)s",
    "report of a platform",
    "cybertip",
    "claim %(reference)s",
    "alert %(number)s",
    "alerts",
    "approval %(number)s",
    "canaries of lists of %(unit)s",
    "capture %(number)s of site %(site)s",
    "case %(reference)s",
    "cases",
    "challenge %(number)s",
    "challenges",
    "clue %(name)s",
    "comment %(name)s",
    "contact %(number)s",
    "contacts",
    "desk",
    "disputed entries of %(unit)s",
    "entries of %(unit)s",
    "entry %(number)s of lists",
    "entry %(number)s",
    "group %(code)s",
    "groups",
    "hit %(number)s of %(thing)s",
    "hosting file %(number)s",
    "hosting",
    "hotline",
    "indexes",
    "items of intake %(number)s of case %(reference)s",
    "intake %(number)s of case %(reference)s",
    "intakes",
    "knowledge of %(unit)s",
    "legal categories",
    "letter %(number)s",
    "letters",
    "lists of %(unit)s",
    "list %(name)s",
    "log",
    "mail",
    "media of %(unit)s",
    "medium %(number)s",
    "media %(name)s",
    "nobody",
    "node",
    "notice HN-%(reference)s",
    "notice %(number)s",
    "notices",
    "open approvals of %(unit)s",
    "order %(number)s of case %(reference)s",
    "page %(number)s",
    "peer %(name)s",
    "person %(name)s",
    "proposals for lists of %(unit)s",
    "receipts of lists of %(unit)s",
    "register %(number)s",
    "registers",
    "report art22 %(year)s",
    "report %(number)s",
    "request %(reference)s",
    "requests",
    "reviews",
    "series of others",
    "series %(reference)s",
    "series",
    "site %(number)s",
    "sites",
    "sources of %(unit)s",
    "source %(number)s",
    "standing question %(number)s",
    "standing questions",
    "statistics",
    "store",
    "submission %(number)s",
    "submissions",
    "subscriber %(number)s of lists",
    "subscribers of lists of %(unit)s",
    "the board",
    "triage",
    "unit %(name)s",
    "votes on lists of %(unit)s",
    "what is written of media",
    "work",
)
"""Every thing of which flows write something down; the first that fits is the one."""

CONTEXT = "thing of the log"

FORMS: Mapping[str, Pattern[str]] = MappingProxyType(dict(forms_of(THINGS)))


def thing_said(thing: str) -> str:
    """A thing as the page calls it; one that no flow of this version writes stays as it stands."""
    for each, form in FORMS.items():
        if found := form.fullmatch(thing):
            return pgettext(CONTEXT, each) % _within(found.groupdict())
    return thing


def thing_meant(typed: str) -> str:
    """A thing as the log calls it, by what the page calls it; anything else is looked for as it was typed."""
    told = {pgettext(CONTEXT, each): each for each in THINGS}
    for said, form in forms_of(told):
        if found := form.fullmatch(typed):
            return told[said] % {
                name: thing_meant(value) if name == "thing" else value for name, value in found.groupdict().items()
            }
    return typed


def _within(values: Mapping[str, str]) -> dict[str, str]:
    return {name: thing_said(value) if name == "thing" else value for name, value in values.items()}
