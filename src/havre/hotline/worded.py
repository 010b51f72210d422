"""What a policy says, for people to read, in their language: in the words of the file that brought them with the rule,
else in Havre's. Policies and rows hold keys; what has no words is shown as it stands in the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as lazy

from havre.hotline.models import Routing
from havre.hotline.policy import Kind
from havre.hotline.routing import recipients_in

CONTEXT = "policy"
"""Under which catalogues have the names of rules, what they need, and whom they name."""

ROUTES: "Mapping[str, str | Promise]" = {
    "police-magistrate": lazy("To the police, once a magistrate approves"),
    "police": lazy("To the police"),
    "police-then-host": lazy("To the police, then to the host"),
    "police-and-host": lazy("To the police and to the host"),
    "inhope": lazy("To the hotline of the country where it is"),
    "host": lazy("To the host"),
    "cdn": lazy("To the network in front of the host"),
    "undetermined": lazy("Not known yet: find out where it is"),
}

FOLLOWS: "Mapping[str, str | Promise]" = {
    Kind.HOST: lazy("whoever hosts it"),
    Kind.CDN: lazy("the network in front of the host"),
    Kind.HOTLINE: lazy("the member of INHOPE"),
}
"""How a recipient is called whose name follows from where the page is, and is not known."""


@dataclass(frozen=True, slots=True)
class Worded:
    """One way, in words."""

    route: str
    rule: str
    needs: str
    recipient: str


def worded(routing: Routing) -> Worded:
    """A way that was taken, or would be."""
    outcome = routing.outcome
    return Worded(
        _own(outcome, "route") or str(ROUTES.get(routing.route, routing.route)),
        _own(outcome, "name") or _said(routing.rule),
        _own(outcome, "needs") or _said(str(outcome.get("needs") or "")),
        ", ".join(_said(to.name) if to.name else str(FOLLOWS.get(to.kind, to.kind)) for to in recipients_in(outcome)),
    )


def _own(outcome: Mapping[str, object], what: str) -> str:
    """What the file said, in the language of whoever reads; empty where it said nothing."""
    words = outcome.get("words")
    said = words.get(get_language() or "en") if isinstance(words, dict) else None
    return str(said.get(what, "")) if isinstance(said, dict) else ""


def _said(text: str) -> str:
    return pgettext(CONTEXT, text) if text else ""
