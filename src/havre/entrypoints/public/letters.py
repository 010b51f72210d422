"""A code made for one form, and a letter left under it: sent twice, it is one letter with one code."""

from contextlib import AbstractContextManager, nullcontext
from threading import Lock

from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.utils.translation import gettext as _

from havre.entrypoints.public import node
from havre.entrypoints.public.answers import not_now, sentence
from havre.errors import Invalid, NotFound
from havre.hotline.letters import write_letter
from havre.hotline.models import Door, Letter, LetterKind
from havre.hotline.telling import Told
from havre.sealing.puzzle import BITS, puzzle, solved
from havre.sealing.receipt import Code, new_code, read_code

BUSY = 500
"""Letters that wait, beyond which those that come with proof of work are taken in first."""

_turn = Lock()
"""SQLite has one writer, and who waits for it looks now and then: threads of a process wait for one another instead."""


def turn() -> AbstractContextManager[object]:
    """Held by a thread that writes."""
    return _turn if connection.vendor == "sqlite" else nullcontext()


def code_of(request: HttpRequest, name: str = "code") -> Code:
    """The code that was made with this form; a new one where there is none that can be read."""
    try:
        return read_code(request.POST.get(name, ""))
    except Invalid:
        return new_code(node.random)


def labour(door: Door, code: Code) -> dict[str, object]:
    """What a form carries: its code, and the puzzle of this code that a script solves while somebody types."""
    asked = puzzle(bytes(door.token_key), code.digest, int(node.now().timestamp()))
    return {"code": code.letters, "puzzle": asked, "bits": BITS}


def leave(request: HttpRequest, door: Door, code: Code, kind: LetterKind, told: Told) -> str:
    """Leave a letter at the door; why it could not be left, so that the form comes back with all that was typed.

    Under load a letter without proof of work is taken in after the others. A form that is sent again is kept as an
    addition: something may have been changed in it, and what says the same is dropped when it is taken in.
    """
    try:
        slow = is_slow(request, door, code)
        with turn():
            if not write_letter(door, code, kind, told, node.now(), slow=slow, random=node.random):
                write_letter(door, code, LetterKind.ADDITION, told, node.now(), slow=slow, random=node.random)
    except Invalid as error:
        return sentence(error)
    except DatabaseError as error:
        return not_now(error)
    return ""


def leave_first(request: HttpRequest, door: Door, code: Code, kind: LetterKind, told: Told) -> tuple[Code, str]:
    """Leave a letter that begins something: the code it lies under, and why it could not be left.

    Under a code that was taken back nothing is kept any more; the same form sent again begins anew.
    """
    try:
        return code, leave(request, door, code, kind, told)
    except NotFound:
        fresh = new_code(node.random)
        return fresh, leave(request, door, fresh, kind, told)


def busy(door: Door) -> bool:
    """Whether many letters wait; counted no further than that."""
    waiting = Letter.objects.filter(taken_at=None, trouble="", receipt__unit=door.unit_id)
    return waiting.values("id")[:BUSY].count() >= BUSY


def is_slow(request: HttpRequest, door: Door, code: Code) -> bool:
    """Whether a letter is taken in after the others: much came, and its sender did no work."""
    return busy(door) and not _worked(request, door, code)


def _worked(request: HttpRequest, door: Door, code: Code) -> bool:
    asked, nonce = request.POST.get("puzzle", ""), request.POST.get("work", "")
    return solved(bytes(door.token_key), code.digest, int(node.now().timestamp()), asked, nonce)


def typed_code(request: HttpRequest) -> Code:
    """The code that somebody typed. Raises Invalid where it can't be one, whatever is kept here."""
    text = request.POST.get("code", "")
    if not text.strip():
        raise Invalid(_("type your code"))
    return read_code(text)
