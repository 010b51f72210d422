"""What the pages of hash lists say: what is on a list, how far an entry is, what is wrong, what keys do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy as worded

from havre.entrypoints.analyst.keys import Key
from havre.feeds.models import Audience, HashList, Purpose, State
from havre.feeds.rules import Named
from havre.feeds.trouble import Trouble

Words = Mapping[str, "str | Promise"]

PURPOSES: Words = {
    Purpose.BASELINE: lazy("Baseline"),
    Purpose.NATIONAL: lazy("National list"),
    Purpose.GENERATED: lazy("Made by a machine"),
    Purpose.UNREVIEWED: lazy("Not reviewed"),
}

AUDIENCES: Words = {
    Audience.PLATFORM: lazy("platforms"),
    Audience.HOTLINE: lazy("hotlines"),
    Audience.PROVIDER: lazy("access providers"),
}

STATES: "Mapping[str, tuple[str | Promise, str]]" = {
    State.PROPOSED: (worded("entry", "proposed"), "new"),
    State.CONFIRMED: (worded("entry", "confirmed"), "near"),
    State.PUBLISHED: (worded("entry", "published"), "good"),
    State.CHALLENGED: (lazy("disputed"), "hold"),
    State.RETRACTED: (worded("entry", "retracted"), ""),
}
"""The word and the colour of each."""

TROUBLES: Words = {
    Trouble.OVER: lazy("Hash lists have expired: subscribers refuse them"),
    Trouble.CUT: lazy("A publication of hash lists was cut off"),
    Trouble.LATE: lazy("Hash lists have not been signed anew for hours"),
    Trouble.ROOT: lazy("The root of the hash lists must be renewed"),
}

REMEDIES: Words = {
    Trouble.OVER: lazy("Does `havre work --watch` run? `havre feed publish` signs them now."),
    Trouble.CUT: lazy("`havre feed publish` finishes it, and says what stands in the way."),
    Trouble.LATE: lazy("Does `havre work --watch` run? `havre feed publish` signs them now."),
    Trouble.ROOT: lazy("Fetch the root keys and run `havre feed keys --rotate renew`."),
}

KINDS: Words = {"picture": lazy("picture"), "film": lazy("film")}

NEXT = Key("j", "next", lazy("Next that waits"), legend=True)
KEYS: "Mapping[str, tuple[Key, ...]]" = {
    State.PROPOSED: (
        Key("b", "confirm", lazy("Confirm as the second person"), legend=True),
        Key("n", "refuse", lazy("Refuse it, for the reason that stands there"), legend=True),
        NEXT,
    ),
    State.CHALLENGED: (
        Key("y", "keep", lazy("It holds; asks why first"), legend=True),
        Key("n", "refuse", lazy("Retract it; asks why first"), legend=True),
        NEXT,
    ),
}
"""On the page of an entry, by how far it is: where nothing waits, no key acts."""


def called(listed: "HashList | Named") -> str:
    """A list in words, with its country and for whom it is."""
    what = str(PURPOSES[listed.purpose])
    what = f"{what} {listed.country}" if listed.country else what
    return _("%(list)s, for %(audience)s") % {"list": what, "audience": AUDIENCES[listed.audience]}
