"""Protect a picture without showing it: the pages that a browser makes hashes on, and what it sends of them.

These pages alone may run WebAssembly, and they may connect to nothing: what leaves them leaves by the form that its
reader sends. What comes is sealed before it is kept, and looked at later, elsewhere: nobody learns here, from an
answer or from how long it takes, whether a hash is known.
"""

from types import MappingProxyType
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from havre.entrypoints.public import node
from havre.entrypoints.public.answers import not_now, sentence
from havre.entrypoints.public.forms import Posted, Problem
from havre.entrypoints.public.letters import code_of, is_slow, labour, turn
from havre.entrypoints.public.pages import shown
from havre.errors import Invalid, NotFound
from havre.feeds.models import Feed
from havre.hotline.letters import Followed
from havre.hotline.models import Door
from havre.sealing.receipt import Code, new_code
from havre.selfservice.door import write_allowed, write_hashes
from havre.selfservice.given import (
    MIN_QUALITY,
    MOST_FILES,
    MOST_PRINTS,
    MOST_UNDER_A_CODE,
    WHO,
    Allowed,
    Given,
    hashed_in,
)
from havre.selfservice.standing import standing_in

LIMITS = {"files": MOST_FILES, "prints": MOST_PRINTS, "quality": MIN_QUALITY, "code": MOST_UNDER_A_CODE}


def protect(request: HttpRequest, _language: str) -> HttpResponse:
    """What it is, who gets what, and what it can't do."""
    door = node.door()
    return shown(request, "protect", door, lists=has_lists(door))


def guide(request: HttpRequest, _language: str) -> HttpResponse:
    """What families can do before and after something is published."""
    return shown(request, "guide", node.door())


def clean(request: HttpRequest, _language: str) -> HttpResponse:
    """Metadata cut out of pictures, on the device of whoever reads this."""
    return shown(request, "clean", node.door())


def choose(request: HttpRequest, _language: str) -> HttpResponse:
    """The form; sent, the hashes are kept and the receipt shown."""
    door, code = node.door(), code_of(request)
    if request.method != "POST":
        return _form(request, door, code, {})
    given, problems = given_by(request.POST, lists=has_lists(door))
    if given is not None:
        code, trouble = _leave_first(request, door, code, given)
        problems = [Problem("hashes", trouble)] if trouble else []
    if problems:
        return _form(request, door, code, request.POST, problems)
    return shown(request, "protected", door, groups=str(code).split("-"), code=code.letters, lists=has_lists(door))


def under(request: HttpRequest, door: Door, code: Code, found: Followed) -> HttpResponse:
    """What lies under the code of somebody who sent hashes; more of them are added, and who may use them changes."""
    act = request.POST.get("act")
    if act == "allow":
        return _allowed(request, door, code, found)
    if act != "more":
        return _mine(request, door, code, found)
    given, problems = given_by(request.POST, more=True)
    if given is not None and (trouble := _leave(request, door, code, given, more=True)):
        problems = [Problem("hashes", trouble)]
    if problems:
        return _mine(request, door, code, found, problems, request.POST)
    return _mine(request, door, code, found, added=True)


def _allowed(request: HttpRequest, door: Door, code: Code, found: Followed) -> HttpResponse:
    """Who may use them from now on; where the unit has no lists, nobody is asked about platforms."""
    standing, lists = standing_in(found.standing), has_lists(door)
    if standing is None:  # nobody could see what they had allowed: two empty boxes would take it back
        untold = _("We have not counted them yet. Look again in a few minutes.")
        return _mine(request, door, code, found, [Problem("consent", untold)])
    platforms = request.POST.get("platforms") == "1" if lists else standing.platforms
    said = {"platforms": platforms, "tell": request.POST.get("tell") == "1"}
    try:
        allowed = Allowed(**said)
        slow = is_slow(request, door, code)
        with turn():
            write_allowed(door, code, allowed, node.now(), slow=slow, random=node.random)
    except Invalid as error:
        return _mine(request, door, code, found, [Problem("consent", sentence(error))], allowed=said)
    except DatabaseError as error:
        return _mine(request, door, code, found, [Problem("consent", not_now(error))], allowed=said)
    return _mine(request, door, code, found, changed=True, allowed=said)


def given_by(posted: Posted, *, more: bool = False, lists: bool = True) -> tuple[Given | None, list[Problem]]:
    """What a form hands over, or what must be mended before it does."""
    problems: list[Problem] = []
    try:
        files = hashed_in(posted.get("hashes", ""))
        if not files:
            raise Invalid(_("choose a picture or film first"))
    except Invalid as error:
        return None, [Problem("hashes", sentence(error))]
    who = posted.get("who", "")
    platforms, tell = lists and posted.get("platforms") == "1", posted.get("tell") == "1"
    if not more and who not in WHO:
        problems.append(Problem("who", _("Say who is in them.")))
    if not more and not (platforms or tell):
        problems.append(Problem("consent", _("Say yes to at least one of these.")))
    if problems:
        return None, problems
    if more:
        return Given(files, language=get_language() or "en"), []
    try:
        return Given(files, who, "", platforms, tell, get_language() or "en"), []
    except Invalid as error:
        return None, [Problem("hashes", sentence(error))]


def _leave_first(request: HttpRequest, door: Door, code: Code, given: Given) -> tuple[Code, str]:
    """Under a code that was taken back nothing is kept any more; the same form sent again begins anew."""
    try:
        return code, _leave(request, door, code, given)
    except NotFound:
        fresh = new_code(node.random)
        return fresh, _leave(request, door, fresh, given)


def _leave(request: HttpRequest, door: Door, code: Code, given: Given, *, more: bool = False) -> str:
    try:
        slow = is_slow(request, door, code)
        with turn():
            write_hashes(door, code, given, node.now(), slow=slow, more=more, random=node.random)
    except Invalid as error:
        return sentence(error)
    except DatabaseError as error:
        return not_now(error)
    return ""


def has_lists(door: Door) -> bool:
    """Whether this unit publishes any list: where it does not, no platform would ever get a hash."""
    return Feed.objects.filter(unit=door.unit_id).exists()


def _form(
    request: HttpRequest, door: Door, code: Code, typed: Posted, problems: list[Problem] | None = None
) -> HttpResponse:
    said = labour(door, code) | {"typed": typed, "problems": problems or (), "limits": LIMITS, "lists": has_lists(door)}
    return _working(shown(request, "choose", door, 422 if problems else 200, **said))


def _mine(
    request: HttpRequest,
    door: Door,
    code: Code,
    found: Followed,
    problems: list[Problem] | None = None,
    typed: Posted = MappingProxyType({}),
    **what: Any,
) -> HttpResponse:
    standing = standing_in(found.standing)
    said = {"found": found, "problems": problems or (), "typed": typed, "limits": LIMITS, "lists": has_lists(door)}
    allowed = {"platforms": standing is not None and standing.platforms, "tell": standing is not None and standing.tell}
    told = {"standing": standing, "allowed": allowed, "added": False, "changed": False} | what
    return _working(shown(request, "mine", door, 422 if problems else 200, **labour(door, code), **said, **told))


def _working(response: HttpResponse) -> HttpResponse:
    """A page that makes hashes."""
    response.makes_hashes = True  # type: ignore[attr-defined]
    return response
