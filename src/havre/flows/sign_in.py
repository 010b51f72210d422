"""Signing in and out, as the log keeps it: who, with what, from where; and every lock-out."""

from havre.audit.record import record
from havre.flows.home import Home, durable, log, seal_log
from havre.units.acting import NO_REASON, Acting, Clock
from havre.units.models import Person
from havre.units.tries import forgive

NOBODY = "nobody"
"""How the log calls a name that nobody has: what was typed may be a password."""


def sign_in(home: Home, acting: Acting, proofs: list[str], address: str) -> None:
    """Somebody showed who they are: written down before the session begins."""
    with durable():
        detail = {"act": "signed in", "with": proofs, "address": address}
        log(home, acting, "change", f"person {acting.person.name}", detail)
        if len(proofs) > 1 or "passkey" in proofs:
            forgive(acting.person)
    seal_log(home, acting)


def sign_out(home: Home, acting: Acting) -> None:
    """Somebody ends their session."""
    told(home, acting, "signed out")


def told(home: Home, acting: Acting, act: str, **detail: object) -> None:
    """Write down what somebody did about their own sign-in."""
    with durable():
        log(home, acting, "change", f"person {acting.person.name}", {"act": act, **detail})
    seal_log(home, acting)


def lock_out(home: Home, name: str, address: str, clock: Clock) -> None:
    """Write down that too many tries failed, under the person's name where there is one."""
    person = Person.objects.select_related("unit").filter(name__iexact=name.strip()).first()
    with durable():
        record(
            home.signer,
            person=person.name if person else NOBODY,
            unit=person.unit.name if person else NOBODY,
            verb="change",
            thing=f"person {person.name}" if person else NOBODY,
            reason=NO_REASON,
            at=clock(),
            detail={"act": "locked out", "address": address},
        )
