"""A code made for one form, and a letter left under it: sent twice, it is one letter with one code."""

from contextlib import nullcontext
from threading import Lock

from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.utils.translation import gettext as _

from havre.entrypoints.public import node
from havre.entrypoints.public.answers import not_now, sentence
from havre.errors import Invalid
from havre.hotline.letters import write_letter
from havre.hotline.models import Door, Letter, LetterKind
from havre.hotline.telling import Told
from havre.sealing.puzzle import BITS, puzzle, solved
from havre.sealing.receipt import Code, new_code, read_code

BUSY = 500
"""Letters that wait, beyond which those that come with proof of work are taken in first."""

_turn = Lock()
"""SQLite has one writer, and who waits for it looks now and then: threads of a process wait for one another instead."""


def code_of(request: HttpRequest) -> Code:
    """The code that was made with this form; a new one where there is none that can be read."""
    try:
        return read_code(request.POST.get("code", ""))
    except Invalid:
        return new_code(node.random)


def labour(door: Door, code: Code) -> dict[str, object]:
    """What a form carries: its code, and the puzzle of this code that a script solves while somebody types."""
    asked = puzzle(bytes(door.token_key), code.digest, int(node.now().timestamp()))
    return {"code": code.letters, "puzzle": asked, "bits": BITS}


def leave(request: HttpRequest, door: Door, code: Code, kind: LetterKind, told: Told) -> str:
    """Leave a letter at the door; why it could not be left, so that the form comes back with all that was typed.

    Under load a letter without proof of work is taken in after the others.
    """
    try:
        slow = busy(door) and not _worked(request, door, code)
        with _turn if connection.vendor == "sqlite" else nullcontext():
            write_letter(door, code, kind, told, node.now(), slow=slow, random=node.random)
    except Invalid as error:
        return sentence(error)
    except DatabaseError as error:
        return not_now(error)
    return ""


def busy(door: Door) -> bool:
    """Whether many letters wait; counted no further than that."""
    waiting = Letter.objects.filter(taken_at=None, trouble="", receipt__unit=door.unit_id)
    return waiting.values("id")[:BUSY].count() >= BUSY


def _worked(request: HttpRequest, door: Door, code: Code) -> bool:
    asked, nonce = request.POST.get("puzzle", ""), request.POST.get("work", "")
    return solved(bytes(door.token_key), code.digest, int(node.now().timestamp()), asked, nonce)


def typed_code(request: HttpRequest) -> Code:
    """The code that somebody typed. Raises Invalid where it can't be one, whatever is kept here."""
    text = request.POST.get("code", "")
    if not text.strip():
        raise Invalid(_("type your code"))
    return read_code(text)
