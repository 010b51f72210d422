"""A session: short, bound to the browser that began it, and how its person proved who they are."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings as django_conf
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from havre.entrypoints.analyst.node import now

Answer = Callable[[HttpRequest], HttpResponseBase]

IDLE_SECONDS = 30 * 60
"""A session that nobody used for so long has ended."""

LONGEST_SECONDS = 12 * 60 * 60
"""A session ends after so long, used or not."""

FRESH_SECONDS = 5 * 60
"""For so long after a proof dangerous acts ask for no other."""

SEEN_EVERY_SECONDS = 60
"""How often a session writes down that it is used."""

LANGUAGE_SECONDS = 365 * 24 * 60 * 60

BEGAN, SEEN, AGENT, THEME = "began", "seen", "agent", "theme"


def begin_session(session: SessionBase, agent: str, theme: str = "system") -> None:
    """This session begins now, in this browser."""
    at = now().timestamp()
    session.update({BEGAN: at, SEEN: at, AGENT: _digest(agent), THEME: theme})


def bounds(answer: Answer) -> Answer:
    """A session that is over, or that another browser shows, ends before anything is answered."""

    def bounded(request: HttpRequest) -> HttpResponseBase:
        request.user = get_user(request)  # who it is, not what stands for them: every question would go through that
        if request.user.is_authenticated and (why := _over(request)):
            logout(request)
            messages.info(request, why)
        return answer(request)

    return bounded


def _over(request: HttpRequest) -> str:
    """Why this session has ended; nothing where it has not, and it is written down that it is used."""
    session, at = request.session, now().timestamp()
    if session.get(AGENT) != _digest(request.headers.get("User-Agent", "")):
        return _("This session began in another browser. Sign in again.")
    if at - session[BEGAN] > LONGEST_SECONDS:
        return _("Sessions end after 12 hours. Sign in again.")
    if at - session[SEEN] > IDLE_SECONDS:
        return _("You were away for more than 30 minutes. Sign in again.")
    if at - session[SEEN] > SEEN_EVERY_SECONDS:
        session[SEEN] = at
    return ""


def two_factors(session: SessionBase) -> bool:
    """Whether whoever began this session showed more than a password."""
    return any(proof["method"] == "mfa" for proof in _proofs(session))


def fresh(session: SessionBase) -> bool:
    """Whether they proved who they are a few minutes ago."""
    latest: float = max((proof["at"] for proof in _proofs(session)), default=0)
    return now().timestamp() - latest < FRESH_SECONDS


def _proofs(session: SessionBase) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    return found


def _digest(agent: str) -> str:
    return sha256(agent.encode()).hexdigest()


def keep_language(response: HttpResponseBase, language: str) -> None:
    """From now on pages speak this language in this browser; where none is named, the browser says it."""
    if language:
        response.set_cookie(
            django_conf.LANGUAGE_COOKIE_NAME,
            language,
            max_age=LANGUAGE_SECONDS,
            secure=django_conf.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
