"""Who asks: the session and the person of each request, in two questions that are written once."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends.db import SessionStore as Kept
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from havre.compiled import compiled
from havre.entrypoints.analyst.node import now
from havre.units.models import Person
from havre.units.queries import working_person


class SessionStore(Kept):
    """Sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        found = next(iter(_session(self.session_key or "")), None)
        if found is None or found.expire_date <= now():
            self._session_key = None
            return None
        return found


@compiled
def _session(key: str) -> "QuerySet[Session]":
    return Session.objects.filter(session_key=key)


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Names and passwords as allauth checks them; who is signed in with what every page asks of them."""

    def get_user(self, user_id: Any) -> Person | None:
        """The person of this key who still works here."""
        return working_person(int(user_id))
