"""A page: who may open it, and what it is handed instead of a bare request.

    @page(RoleName.ANALYST, RoleName.SUPERVISOR)
    def triage(visit: Visit, intake: int) -> HttpResponse: ...

A page with `fresh=True` is for a dangerous act: whoever proved who they are more than five minutes ago does so again
and is led back, and what they sent is not lost. One that answers with a file names the address it is asked for from: a
browser that is given a file stays where it is, so whoever proved who they are is led there, and asks once more. `PAGES`
holds every page that was declared: a page without a declaration does not exist, and a test holds the table of addresses
to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from allauth.account.internal.flows.reauthentication import suspend_request
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from havre.entrypoints.analyst import sessions
from havre.entrypoints.analyst.node import now, served
from havre.errors import Refused
from havre.flows.home import Home
from havre.units.acting import NO_REASON, Acting, either
from havre.units.models import Person, RoleName

Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Given], HttpResponseBase]

REASON = "reason"
"""Where the session keeps why this person works on something: asked once per case and session."""


@dataclass
class Visit:
    """One request of a signed-in person."""

    request: HttpRequest
    person: Person

    @property
    def home(self) -> Home:
        """The node."""
        return served()

    @cached_property
    def roles(self) -> frozenset[str]:
        """What this person may be."""
        return frozenset(role.name for role in self.person.roles.all())

    def acting(self, reason: str = "") -> Acting:
        """This person, now; with the reason of the session where no other is given."""
        return Acting(self.person, now, reason or self.request.session.get(REASON, "") or NO_REASON)

    @property
    def partial(self) -> bool:
        """Whether htmx asks, for a piece of the page."""
        return self.request.headers.get("HX-Request") == "true"

    @property
    def frame(self) -> str:
        """What pages on signing in stand in: the shell opens only to whoever showed two factors."""
        return f"analyst/{'page' if sessions.two_factors(self.request.session) else 'plain'}.html"

    def show(self, template: str, context: dict[str, object] | None = None, status: int = 200) -> HttpResponse:
        """A page made of a template of `templates/analyst`."""
        return render(self.request, f"analyst/{template}", {**(context or {}), "visit": self}, status=status)


@dataclass(frozen=True, slots=True)
class Declared:
    """Who may open a page."""

    name: str
    roles: frozenset[RoleName]
    fresh: bool
    unfinished: bool
    file_from: str
    """The name of the address from which it is asked for, where it answers with a file."""


PAGES: dict[str, Declared] = {}
"""Every page by the name of its function, with its module."""


def page(
    *roles: RoleName, fresh: bool = False, unfinished: bool = False, file_from: str = ""
) -> Callable[[Callable[Concatenate[Visit, Given], HttpResponseBase]], View[Given]]:
    """Makes a page of a function: whoever is not signed in signs in first, whoever has none of the roles is refused.

    Whoever showed but a password sets up a second factor first; `unfinished` pages are those with which they do. A
    `fresh` page asks once more who they are.
    """

    def declared(shown: Callable[Concatenate[Visit, Given], HttpResponseBase]) -> View[Given]:
        name = f"{shown.__module__.rpartition('.')[2]}.{shown.__name__}"
        declaration = PAGES[name] = Declared(name, frozenset(roles), fresh, unfinished, file_from)

        @wraps(shown)
        def view(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, Person):
                return _to_sign_in(request)
            visit = Visit(request, request.user)
            return _before(visit, declaration) or shown(visit, *args, **kwargs)

        view.havre_page = name  # type: ignore[attr-defined]
        return view

    return declared


def _before(visit: Visit, declared: Declared) -> HttpResponse | None:
    """What a person must do before this page opens. Raises Refused where it is none of theirs."""
    session = visit.request.session
    if not declared.unfinished and not sessions.two_factors(session):
        return _led(visit.request, reverse("second_factor"))
    if not visit.roles & declared.roles:
        raise Refused(
            _("this page needs the role %(role)s: ask an administrator of your unit")
            % {"role": either(sorted(declared.roles))}
        )
    if declared.fresh and not sessions.fresh(session):
        return again(visit)
    return None


def again(visit: Visit) -> HttpResponse:
    """Lead whoever asks to prove again who they are; what they sent waits, and goes on after."""
    if visit.partial:
        back = urlsplit(visit.request.headers.get("HX-Current-URL", "/desk")).path
        return _led(visit.request, f"{reverse('again')}?{urlencode({'next': back})}")
    if any(name.startswith("password") for name in visit.request.POST):
        return _led(visit.request, f"{reverse('again')}?{urlencode({'next': visit.request.path})}")
    # What was sent waits in the session; passwords never do.
    led: HttpResponse = suspend_request(visit.request, reverse("again"))
    return led


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    return _led(request, f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}")


def _led(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return redirect(address)
