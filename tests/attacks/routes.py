"""What every address must answer to whom: written down from the roles of pages and the rule of owners alone.

It shares nothing with the pages but PAGES, the table of who may open what: a page that forgets to ask who looks
answers otherwise than this model, and an address that the model does not know fails the walk.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.urls import URLPattern

from havre.entrypoints.analyst.pages import PAGES, Declared
from havre.entrypoints.analyst.urls import urlpatterns

THINGS: Mapping[str, Mapping[str, str]] = {
    "desk/approvals/<int:number>": {"number": "approval"},
    "audit/entries/<int:index>": {"index": "entry"},
    "audit/entries/<int:index>/proof": {"index": "entry"},
    "series/<int:number>": {"number": "series"},
    "series/<int:number>/<slug:act>": {"number": "series"},
    "series/<int:number>/clues": {"number": "series"},
    "series/<int:number>/clues/<int:clue>/suggests": {"number": "series", "clue": "clue"},
    "series/<int:number>/clues/<int:clue>/withdraw": {"number": "series", "clue": "clue"},
    "series/<int:number>/clues/<int:clue>/crop": {"number": "series", "clue": "clue"},
    "series/<int:number>/clues/<int:clue>/crop/look": {"number": "series", "clue": "clue"},
    "series/<int:number>/clues/<int:clue>/crop/file": {"number": "series", "clue": "clue"},
    "series/<int:number>/share": {"number": "series"},
    "series/<int:number>/clues/<int:clue>/share": {"number": "series", "clue": "clue"},
    "series/<int:number>/comments/<int:comment>/share": {"number": "series", "comment": "comment"},
    "cases/<int:number>/share": {"number": "case"},
    "media/<int:number>/share": {"number": "medium"},
    "series/<int:number>/seen": {"number": "series"},
    "others/<str:ref>": {"ref": "shared"},
    "others/<str:ref>/<slug:act>": {"ref": "shared"},
    "groups/<slug:code>": {"code": "group"},
    "reviews/<int:number>/prolonged": {"number": "restricted"},
    "reviews/<int:number>/ended": {"number": "restricted"},
    "reviews/<int:number>/held": {"number": "restricted"},
    "challenges/<int:number>": {"number": "challenge"},
    "challenges/<int:number>/about": {"number": "challenge"},
    "challenges/<int:number>/decided": {"number": "challenge"},
    "registers/<int:number>": {"number": "register"},
    "takedowns/<str:reference>": {"reference": "takedown"},
    "takedowns/<str:reference>/<slug:act>": {"reference": "takedown"},
    "takedowns/contacts/<int:number>/verify": {"number": "recipient"},
    "takedowns/mail/<int:number>/<slug:act>": {"number": "stray"},
    "takedowns/contacts/<int:number>/credential": {"number": "recipient"},
    "requests/<str:reference>": {"reference": "request"},
    "requests/<str:reference>/<slug:act>": {"reference": "request"},
    "notices/<int:number>/read": {"number": "notice"},
    "notices/<int:number>/not-ours": {"number": "notice"},
    "notices/<int:number>/same": {"number": "notice"},
    "settings/sign-in/<int:number>/remove": {"number": "authenticator"},
    "people/<int:number>/link": {"number": "person"},
    "people/<int:number>/role": {"number": "person"},
    "people/<int:number>/leave": {"number": "person"},
    "media/<int:medium>/sealed": {"medium": "medium"},
    "media/<int:medium>/reveal": {"medium": "medium"},
    "media/<int:medium>/veil": {"medium": "medium"},
    "media/<int:medium>/reason": {"medium": "medium"},
    "media/<int:number>": {"number": "medium"},
    "media/<int:number>/compare/<int:match>": {"number": "medium", "match": "match"},
    "media/<int:number>/compare/link/<int:link>": {"number": "medium", "link": "link"},
    "intakes/<int:number>": {"number": "intake"},
    "intakes/<int:intake>/<str:outcome>": {"intake": "intake"},
    "intakes/asked/<int:order>": {"order": "order"},
    "intakes/asked/<int:order>/<str:act>": {"order": "order"},
    "intakes/upload/<int:order>": {"order": "order"},
    "intakes/upload/<int:order>/send": {"order": "order"},
    "uploads/<int:number>": {"number": "upload"},
    "alerts/<int:number>/handled": {"number": "hit"},
    "alerts/hits/<int:number>/handled": {"number": "alert_hit"},
    "alerts/asked/<int:number>/ended": {"number": "alert"},
    "alerts/questions/<int:number>/withdrawn": {"number": "question"},
    "hotline/pages/<int:number>": {"number": "page"},
    "hotline/pages/<int:number>/<slug:act>": {"number": "page"},
    "hotline/reports/<int:number>": {"number": "report"},
    "hotline/reports/<int:number>/<slug:act>": {"number": "report"},
    "protected/<int:number>": {"number": "submission"},
    "protected/<int:number>/answered": {"number": "submission"},
    "protected/<int:number>/left": {"number": "submission"},
    "protected/<int:number>/withdrawn": {"number": "submission"},
    "sites/<int:number>": {"number": "site"},
    "sites/<int:number>/address": {"number": "site"},
    "sites/<int:number>/statement": {"number": "site"},
    "sites/<int:number>/case": {"number": "site"},
    "sites/statements/<int:number>/withdrawn": {"number": "statement"},
    "feeds/entries/<int:number>": {"number": "listed"},
    "feeds/entries/<int:number>/<slug:act>": {"number": "listed"},
    "feeds/subscribers/<int:number>": {"number": "subscriber"},
    "media/<int:number>/lists": {"number": "medium"},
}
"""Addresses that name a thing, and of which kind it is: only its unit may know of it."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "act": (
        "name",
        "claim",
        "comment",
        "victim",
        "no-such-act",
        "stop",
        "judge",
        "route",
        "close",
        "answer",
        "place",
        "keep",
    ),
    "outcome": ("refused", "quarantined", "x"),
}
"""What else stands in addresses."""

WITHOUT_THINGS = frozenset(
    {
        *(
            "desk",
            "audit",
            "audit/checkpoints",
            "statistics",
            "statistics/table",
            "series",
            "again",
            "settings/sign-in",
        ),
        *("settings/passkey", "settings/app", "settings/codes", "settings/password", "settings", "settings/theme"),
        *("settings/sessions", "settings/sessions/end", "language", "people", "people/add", "sealed", "pause"),
        *(
            "settings/viewing",
            "settings/mail",
            "settings/zone",
            "settings/unit",
            "triage",
            "triage/judge",
            "triage/undo",
            "triage/series",
        ),
        *(
            "triage/fresh",
            "search",
            "notices",
            "reviews",
            "groups",
            "alerts",
            "alerts/asked",
            "cases",
            "intakes",
            "intakes/new",
            "uploads",
            "hotline",
            "hotline/next",
            "sites",
            "sites/compare",
        ),
        *("challenges", "challenges/written", "registers", "protected"),
        *("takedowns", "takedowns/draft", "takedowns/contacts", "takedowns/contacts/add", "takedowns/mail"),
        *("takedowns", "takedowns/draft", "takedowns/contacts", "takedowns/contacts/add"),
        *("requests", "requests/ask"),
        *("feeds", "feeds/proposals", "feeds/disputed", "feeds/next", "feeds/subscribers", "feeds/canary"),
    }
)
"""Addresses that name no thing: nobody sees anything on them but what their own unit has."""

OPEN = frozenset(
    {
        *("language", "", "sign-in/passkey", "sign-in/second", "sign-out", "welcome/<str:token>"),
        *("sign-in/<slug:provider_id>/go", "sign-in/<slug:provider_id>/back"),
    }
)
"""Addresses of signing in: anybody may ask for them, and they know of no thing."""


class Who(StrEnum):
    """How somebody comes: with which of their proofs."""

    NOBODY = "nobody"
    LEFT = "left"
    """Signed in, and then left the unit."""
    HALF = "half"
    """Showed a password and no second factor."""
    STALE = "stale"
    """Signed in long ago."""
    IN = "in"


class Owner(StrEnum):
    """Whose the thing is that an address names."""

    NONE = "none"
    """It names none."""
    OWN = "own"
    OTHER = "other"
    ABSENT = "absent"


class Answer(StrEnum):
    """What must come back."""

    LED = "led"
    """Elsewhere: to sign in, to set up a second factor, to prove who one is."""
    REFUSED = "refused"
    MISSING = "missing"
    """As of a thing that does not exist, letter by letter."""
    SERVED = "served"
    """The page, or a sentence on what was wrong; of the own unit alone."""


@dataclass(frozen=True)
class Route:
    """One address with its declaration; None where it is one of signing in."""

    pattern: str
    declared: Declared | None

    @property
    def things(self) -> Mapping[str, str]:
        """The kinds of the things it names."""
        return THINGS.get(self.pattern, {})

    def address(self, named: Mapping[str, object]) -> str:
        """The address with these in their places."""
        return "/" + re.sub(r"<\w+:(\w+)>", lambda place: str(named.get(place[1], "x")), self.pattern)

    @property
    def words(self) -> Iterator[Mapping[str, str]]:
        """What may stand in its other places."""
        places = [name for name in re.findall(r"<\w+:(\w+)>", self.pattern) if name in WORDS]
        yield from (dict.fromkeys(places, word) for word in (WORDS[places[0]] if places else ("",)))


def routes() -> list[Route]:
    """Every address of the workspace."""
    return [route_of(pattern) for pattern in urlpatterns if isinstance(pattern, URLPattern)]


def route_of(pattern: URLPattern) -> Route:
    """One address as the model sees it."""
    name = getattr(pattern.callback, "havre_page", None)
    return Route(str(pattern.pattern), PAGES[name] if name else None)


def unknown(found: list[Route]) -> list[str]:
    """Addresses that the model does not know: say of which kind the things are that they name."""
    known = set(THINGS) | WITHOUT_THINGS | OPEN
    return [route.pattern for route in found if route.pattern not in known]


def expected(route: Route, who: Who, roles: frozenset[str], owner: Owner) -> Answer:
    """What this address must answer."""
    declared = route.declared
    if declared is None:
        return Answer.SERVED
    if who in (Who.NOBODY, Who.LEFT):
        return Answer.LED
    if who is Who.HALF and not declared.unfinished:
        return Answer.LED
    if not roles & declared.roles:
        return Answer.REFUSED
    if declared.fresh and who is Who.STALE:
        return Answer.LED
    return Answer.MISSING if owner in (Owner.OTHER, Owner.ABSENT) else Answer.SERVED
