"""How the people of a demonstration sign in: a password, an authenticator's secret and recovery codes, all printed."""

import base64
from dataclasses import dataclass
from hashlib import sha256

from allauth.mfa.models import Authenticator

from havre.flows.home import Home
from havre.flows.sealed_text import seal_text
from havre.units.models import Person

CODES = 10


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """What somebody types to sign in as a demonstration's person."""

    name: str
    password: str
    totp_secret: str
    """For an authenticator app, base32; codes of six digits, a new one every 30 seconds (RFC 6238)."""
    recovery_codes: list[str]
    """Each passes the second step once, where no app is at hand."""


def demo_sign_in(home: Home, person: Person) -> DemoSignIn:
    """Give a person of a demonstration a sign-in that everybody may know; the same each time."""
    shown = DemoSignIn(person.name, f"{person.name} shows Havre", _secret(person.name), _codes(person.name))
    person.set_password(shown.password)
    person.save(update_fields=["password"])
    Authenticator.objects.filter(user=person).delete()
    kinds = Authenticator.Type
    secret = {"secret": seal_text(home, shown.totp_secret)}
    codes = {"migrated_codes": [seal_text(home, code) for code in shown.recovery_codes], "used_mask": 0}
    Authenticator.objects.create(user=person, type=kinds.TOTP, data=secret)
    Authenticator.objects.create(user=person, type=kinds.RECOVERY_CODES, data=codes)
    return shown


def _secret(name: str) -> str:
    return base64.b32encode(sha256(f"demonstration: {name}".encode()).digest()[:20]).decode("ascii")


def _codes(name: str) -> list[str]:
    digits = (int(sha256(f"demonstration: {name} {number}".encode()).hexdigest(), 16) for number in range(CODES))
    return [f"{digit % 10**8:08d}" for digit in digits]
