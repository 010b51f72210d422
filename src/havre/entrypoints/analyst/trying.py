"""A try to prove who one is, counted: a password, a code; what is said where too many failed."""

from collections.abc import Callable
from math import ceil
from typing import TypeVar

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import ngettext

from havre.entrypoints.analyst.node import now, served
from havre.flows.sign_in import lock_out
from havre.units.tries import Locked, begin_try, locks

Proof = TypeVar("Proof")


def tried(request: HttpRequest, name: str, prove: Callable[[], Proof | None]) -> Proof | None:
    """What the proof says. Raises ValidationError where too many failed before: then it is not even looked at."""
    address = get_adapter(request).get_client_ip(request)
    try:
        attempt = begin_try(name, address, now())
    except Locked as locked:
        raise ValidationError(wait(locked), code="locked") from None
    proof = prove()
    if proof:
        attempt.delete()
    elif locks(attempt):
        lock_out(served(), name, address, now)
    return proof


def wait(locked: Locked) -> str:
    """When to try again."""
    minutes = max(1, ceil((locked.until - now()).total_seconds() / 60))
    return ngettext(
        "Too many tries failed. Try again in %(minutes)s minute, or use a passkey.",
        "Too many tries failed. Try again in %(minutes)s minutes, or use a passkey.",
        minutes,
    ) % {"minutes": minutes}
