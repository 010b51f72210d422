"""What the log calls the thing that an act was done to, in the language of whoever reads: as its acts are said."""

import re
from collections.abc import Mapping
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from havre.entrypoints.analyst.kept_forms import Form

THINGS: "Mapping[str, str | Promise]" = {
    "alert {}": pgettext_lazy("log thing", "alert %(what)s"),
    "alerts": pgettext_lazy("log thing", "alerts"),
    "approval {}": pgettext_lazy("log thing", "approval %(what)s"),
    "canaries of lists of {}": pgettext_lazy("log thing", "canaries of lists of %(what)s"),
    "capture {} of site {}": pgettext_lazy("log thing", "capture %(what)s of site %(of)s"),
    "case {}": pgettext_lazy("log thing", "case %(what)s"),
    "cases": pgettext_lazy("log thing", "cases"),
    "challenge {}": pgettext_lazy("log thing", "challenge %(what)s"),
    "challenges": pgettext_lazy("log thing", "challenges"),
    "claim {}": pgettext_lazy("log thing", "claim %(what)s"),
    "clue {}": pgettext_lazy("log thing", "clue %(what)s"),
    "comment {}": pgettext_lazy("log thing", "comment %(what)s"),
    "contact {}": pgettext_lazy("log thing", "contact %(what)s"),
    "contacts": pgettext_lazy("log thing", "contacts"),
    "cybertip": pgettext_lazy("log thing", "cybertip"),
    "desk": pgettext_lazy("log thing", "desk"),
    "disputed entries of {}": pgettext_lazy("log thing", "disputed entries of %(what)s"),
    "entries of {}": pgettext_lazy("log thing", "entries of %(what)s"),
    "entry {}": pgettext_lazy("log thing", "entry %(what)s"),
    "entry {} of lists": pgettext_lazy("log thing", "entry %(what)s of lists"),
    "group {}": pgettext_lazy("log thing", "group %(what)s"),
    "groups": pgettext_lazy("log thing", "groups"),
    "hit {} of {}": pgettext_lazy("log thing", "hit %(what)s of %(of)s"),
    "hosting": pgettext_lazy("log thing", "hosting"),
    "hosting file {}": pgettext_lazy("log thing", "hosting file %(what)s"),
    "hotline": pgettext_lazy("log thing", "hotline"),
    "identification {}": pgettext_lazy("log thing", "identification %(what)s"),
    "indexes": pgettext_lazy("log thing", "indexes"),
    "intake {} of case {}": pgettext_lazy("log thing", "intake %(what)s of case %(of)s"),
    "intakes": pgettext_lazy("log thing", "intakes"),
    "items of intake {} of case {}": pgettext_lazy("log thing", "items of intake %(what)s of case %(of)s"),
    "knowledge of {}": pgettext_lazy("log thing", "knowledge of %(what)s"),
    "legal categories": pgettext_lazy("log thing", "legal categories"),
    "letter {}": pgettext_lazy("log thing", "letter %(what)s"),
    "letters": pgettext_lazy("log thing", "letters"),
    "list {}": pgettext_lazy("log thing", "list %(what)s"),
    "lists of {}": pgettext_lazy("log thing", "lists of %(what)s"),
    "log": pgettext_lazy("log thing", "log"),
    "mail": pgettext_lazy("log thing", "mail"),
    "media {}": pgettext_lazy("log thing", "media %(what)s"),
    "media of {}": pgettext_lazy("log thing", "media of %(what)s"),
    "medium {}": pgettext_lazy("log thing", "medium %(what)s"),
    "node": pgettext_lazy("log thing", "node"),
    "nobody": pgettext_lazy("log thing", "nobody"),
    "notice {}": pgettext_lazy("log thing", "notice %(what)s"),
    "notices": pgettext_lazy("log thing", "notices"),
    "open approvals of {}": pgettext_lazy("log thing", "open approvals of %(what)s"),
    "order {} of case {}": pgettext_lazy("log thing", "order %(what)s of case %(of)s"),
    "page {}": pgettext_lazy("log thing", "page %(what)s"),
    "peer {}": pgettext_lazy("log thing", "peer %(what)s"),
    "person {}": pgettext_lazy("log thing", "person %(what)s"),
    "proposals for lists of {}": pgettext_lazy("log thing", "proposals for lists of %(what)s"),
    "question {}": pgettext_lazy("log thing", "question %(what)s"),
    "receipts of lists of {}": pgettext_lazy("log thing", "receipts of lists of %(what)s"),
    "register {}": pgettext_lazy("log thing", "register %(what)s"),
    "registers": pgettext_lazy("log thing", "registers"),
    "report {}": pgettext_lazy("log thing", "report %(what)s"),
    "report art22 {}": pgettext_lazy("log thing", "report art22 %(what)s"),
    "report of a platform": pgettext_lazy("log thing", "report of a platform"),
    "request {}": pgettext_lazy("log thing", "request %(what)s"),
    "requests": pgettext_lazy("log thing", "requests"),
    "reviews": pgettext_lazy("log thing", "reviews"),
    "series": pgettext_lazy("log thing", "series"),
    "series {}": pgettext_lazy("log thing", "series %(what)s"),
    "series of others": pgettext_lazy("log thing", "series of others"),
    "site {}": pgettext_lazy("log thing", "site %(what)s"),
    "sites": pgettext_lazy("log thing", "sites"),
    "source {}": pgettext_lazy("log thing", "source %(what)s"),
    "sources of {}": pgettext_lazy("log thing", "sources of %(what)s"),
    "stack {}": pgettext_lazy("log thing", "stack %(what)s"),
    "{} stacks": pgettext_lazy("log thing", "%(what)s stacks"),
    "standing question {}": pgettext_lazy("log thing", "standing question %(what)s"),
    "standing questions": pgettext_lazy("log thing", "standing questions"),
    "statistics": pgettext_lazy("log thing", "statistics"),
    "store": pgettext_lazy("log thing", "store"),
    "submission {}": pgettext_lazy("log thing", "submission %(what)s"),
    "submissions": pgettext_lazy("log thing", "submissions"),
    "subscriber {} of lists": pgettext_lazy("log thing", "subscriber %(what)s of lists"),
    "subscribers of lists of {}": pgettext_lazy("log thing", "subscribers of lists of %(what)s"),
    "the board": pgettext_lazy("log thing", "the board"),
    "triage": pgettext_lazy("log thing", "triage"),
    "unit {}": pgettext_lazy("log thing", "unit %(what)s"),
    "votes on lists of {}": pgettext_lazy("log thing", "votes on lists of %(what)s"),
    "what has this {}": pgettext_lazy("log thing", "what has this %(what)s"),
    "what is like a file that was sent": pgettext_lazy("log thing", "what is like a file that was sent"),
    "what is like a file that was sent, in a region of it": pgettext_lazy(
        "log thing", "what is like a file that was sent, in a region of it"
    ),
    "what is like {}": pgettext_lazy("log thing", "what is like %(what)s"),
    "what is like {}, in a region of it": pgettext_lazy("log thing", "what is like %(what)s, in a region of it"),
    "what is written of media": pgettext_lazy("log thing", "what is written of media"),
    "work": pgettext_lazy("log thing", "work"),
}
"""Every kind of thing that a flow writes down, with places for what it is called: at most one, and one it is of."""

PLACE = "{}"
SAID_PLACE = re.compile(r"%\(\w+\)s")
HIT = "hit {} of {}"


def thing_said(thing: str) -> str:
    """A thing as the page says it; one that no flow of this version writes stays as it stands."""
    if thing in THINGS:
        return str(THINGS[thing])
    for template, form in _forms():
        if found := form.values(thing):
            return str(THINGS[template]) % {"what": found["what"], "of": _of(template, found.get("of", ""))}
    return thing


def thing_sought(asked: str) -> str:
    """What to look for in the log, where somebody asked in the words of the page: `dossier 2026-17` is a case."""
    for template, said in THINGS.items():
        parts = [part.strip() for part in SAID_PLACE.split(str(said))]
        if asked.casefold() == parts[0].casefold():
            return template.partition(PLACE)[0].strip()
        found = re.fullmatch(" (.+) ".join(map(re.escape, parts)).strip(), asked, re.IGNORECASE)
        if found is not None:
            return template.format(*found.groups())
    return asked


def _of(template: str, thing: str) -> str:
    """A hit is of a thing; all others are of what has a name of its own, which may look like anything."""
    return thing_said(thing) if template == HIT else thing


@cache
def _forms() -> tuple[tuple[str, Form], ...]:
    """What those with places look like, the most said of them first."""
    placed = sorted((each for each in THINGS if PLACE in each), key=len, reverse=True)
    return tuple((each, Form(("what", "of")[: each.count(PLACE)], each.split(PLACE))) for each in placed)
