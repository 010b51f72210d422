"""Who asks: the session and the person of each request, in two questions that are written once."""

import json
from functools import lru_cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings as django_conf
from django.contrib.sessions.backends.db import SessionStore as Kept
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.signing import JSONSerializer
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

    def decode(self, session_data: str) -> dict[str, Any]:  # type: ignore[override]
        """What a session holds; nothing of what this node did not sign."""
        text = _proven(session_data, self.key_salt, django_conf.SECRET_KEY)
        return json.loads(text) if text else {}


class AsItStands(JSONSerializer):
    """What was signed, not yet read."""

    def loads(self, data: bytes) -> Any:
        """The same."""
        return data


@lru_cache(maxsize=512)  # a session is written once in minutes and read with every page
def _proven(session_data: str, salt: str, _key: str) -> bytes:
    try:
        proven: bytes = signing.loads(session_data, salt=salt, serializer=AsItStands)
    except signing.BadSignature:
        return b""
    return proven


@compiled
def _session(key: str) -> "QuerySet[Session]":
    return Session.objects.filter(session_key=key)


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Names and passwords as allauth checks them; who is signed in with what every page asks of them."""

    def get_user(self, user_id: Any) -> Person | None:
        """The person of this key who still works here."""
        return working_person(int(user_id))
