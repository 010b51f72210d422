"""What the pages of the hotline say: states, reasons, what a page waits for, what can be found out of it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from havre.entrypoints.analyst.keys import Key
from havre.hotline.models import Findings, Relation, State, Told, Verdict, Via, Why
from havre.hotline.policy import Act, Kind

Words = Mapping[str, "str | Promise"]

DESKS: Words = {
    "waiting": lazy("Waits for us"),
    "passed": lazy("Waits for others"),
    "over": lazy("Over"),
}

EMPTY: Words = {
    "waiting": lazy("Nothing waits. What the public sends appears here."),
    "passed": lazy("Nothing is with others now."),
    "over": lazy("Nothing is closed yet."),
}

STATES: Words = {
    State.RECEIVED: lazy("Received"),
    State.TRIAGED: lazy("Judged"),
    State.ROUTED: lazy("Passed on"),
    State.ACTED_ON: lazy("Acted on"),
    State.CLOSED: lazy("Closed"),
    State.NOT_ACTIONABLE: lazy("Not actionable"),
}

REASONS: Words = {
    "danger": lazy("A child may be in danger now"),
    "new": lazy("New material"),
    "series": lazy("Near an open series"),
    "many": lazy("Many reports"),
    "late": lazy("Beyond its time"),
    "disputed": lazy("Two people disagree"),
}

GROUPS: Words = {**{name: said for name, said in REASONS.items() if name != "disputed"}, "": lazy("In their turn")}
"""What stands above the pages of each rank."""

TONES: Mapping[str, str] = {"danger": "alert", "late": "near", "disputed": "near", "new": "new", "series": "new"}
"""The colour of each reason, beside its words."""

WAITS: Words = {
    "judge": lazy("to be judged"),
    "second": lazy("for a second person"),
    "agreement": lazy("for two people to agree"),
    "route": lazy("for its route"),
    "act": lazy("for whoever has it to act"),
    "gone": lazy("to be gone"),
    "nothing": lazy("for nothing"),
}

VERBS: Words = {
    "judge": lazy("Judge"),
    "second": lazy("Judge as second person"),
    "agreement": lazy("Look again"),
    "route": lazy("Route"),
    "act": lazy("Follow"),
    "gone": lazy("Look whether it is gone"),
    "nothing": lazy("Open"),
}
"""What one does next with a page, by what it waits for."""

KEYS = (Key("j", "next", lazy("Next page that waits"), legend=True),)
"""On the queue and on its pages: what the link marked `data-next` does."""

VERDICTS: Words = {
    Verdict.ACTIONABLE: lazy("Act on it"),
    Verdict.NOT_ACTIONABLE: lazy("Nothing to be done"),
}

FINDINGS: Words = {
    Findings.HOSTING: lazy("It is hosted in this country (two letters)"),
    Findings.TARGET: lazy("It leads to this address"),
    Findings.ON_PAGE: lazy("This stands on the page"),
    Findings.LINKS_ONLY: lazy("It only links (yes or no)"),
}

KINDS: Words = {
    "page": lazy("page"),
    "shortener": lazy("short address"),
    "archive": lazy("archive"),
    "search": lazy("search engine"),
    "onion": lazy("Tor address"),
}

REOPENED: Words = {
    Why.REPORTED: lazy("reported again"),
    Why.SEEN: lazy("seen again"),
    Why.OVERTURNED: lazy("its judgement was overturned"),
}

BACK: Words = {
    "said otherwise by the same person": lazy("said otherwise by the same person"),
    "closed before it was judged": lazy("closed before it was judged"),
    **REOPENED,
}
"""Why a word was taken back where nobody typed why."""

VIAS: Words = {
    Via.DOOR: lazy("by the public form"),
    Via.PARTNER: lazy("by a partner"),
    Via.LIST: lazy("in a partner's file"),
    Via.STAFF: lazy("taken by a colleague"),
}

RELATIONS: Words = {
    Relation.CHILD: lazy("the child"),
    Relation.PARENT: lazy("a parent"),
    Relation.KNOWS: lazy("somebody who knows the child"),
    Relation.PASSED_BY: lazy("somebody who came across it"),
}

TOLD: Words = {
    Told.WRITTEN: lazy("written by a colleague"),
    Told.JUDGED: lazy("by itself: that a person looked"),
    Told.PASSED_ON: lazy("by itself: that it was passed on"),
    Told.GONE: lazy("by itself: that it is gone"),
}

ACTS: Words = {
    Act.REMOVE: lazy("remove"),
    Act.PRESERVE: lazy("preserve"),
    Act.INFORM: lazy("inform"),
}

RUNGS: Words = {
    Kind.HOST: lazy("host"),
    Kind.CDN: lazy("network in front of the host"),
    Kind.UPSTREAM: lazy("carrier of the host"),
    Kind.REGISTRAR: lazy("registrar"),
    Kind.COORDINATOR: lazy("national coordinator"),
    Kind.PUBLICATION: lazy("publication"),
    Kind.POLICE: lazy("police"),
    Kind.HOTLINE: lazy("hotline"),
    Kind.PLATFORM: lazy("platform"),
}
