"""People of a unit: links for those who come or lost everything, and those who leave."""

import os
from collections.abc import Callable, Iterable

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from havre.flows.home import Home, durable, log, seal_log
from havre.sealing.envelope import Random
from havre.units.acting import NO_REASON, Acting, Clock
from havre.units.found import leave
from havre.units.models import Person, RoleName
from havre.units.queries import member
from havre.units.welcome import invite, use_link

Choose = Callable[[Person], None]
"""Keeps what a person chose to sign in with."""


def make_link(home: Home, acting: Acting, name: str, random: Random = os.urandom) -> str:
    """The secret of a one-time link for somebody of the unit: shown once, kept nowhere."""
    acting.must_be(RoleName.ADMINISTRATOR, to="make links for people")
    person = member(acting.unit, name)
    with durable():
        secret = invite(person, acting.now(), random)
        log(home, acting, "change", f"person {person.name}", {"act": "link made"})
    seal_log(home, acting)
    return secret


def take_up(home: Home, secret: str, choose: Choose, clock: Clock) -> Person:
    """Somebody uses their link: whatever they signed in with before ends, what they choose now is kept.

    Raises NotFound where the link does not work.
    """
    with durable():
        person = use_link(secret, clock())
        acting = Acting(person, clock, NO_REASON)
        _forget(person)
        choose(person)
        log(home, acting, "change", f"person {person.name}", {"act": "link used"})
    seal_log(home, acting)
    return person


def _forget(person: Person) -> None:
    Authenticator.objects.filter(user=person).delete()
    person.set_unusable_password()
    person.save(update_fields=["password"])
    end(UserSession.objects.filter(user=person))


def let_leave(home: Home, acting: Acting, name: str) -> Person:
    """Somebody of the unit works here no longer: their sessions end at once."""
    acting.must_be(RoleName.ADMINISTRATOR, to="let people leave")
    person = member(acting.unit, name)
    with durable():
        leave(person, acting.now())
        Authenticator.objects.filter(user=person).delete()
        end(UserSession.objects.filter(user=person))
        log(home, acting, "change", f"person {person.name}", {"act": "left"})
    seal_log(home, acting)
    return person


def end(sessions: Iterable[UserSession]) -> None:
    """These sessions are over."""
    for session in sessions:
        session.end()
