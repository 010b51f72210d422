"""The API of Hasher-Matcher-Actioner, as its clients know it: hashes, look-ups, banks; what would change lists is not.

Distances are words; whoever may not know them reads "0". Nothing is ever fetched from an address.
"""

from collections.abc import Callable, Mapping
from typing import Any

from havre.entrypoints.matching.answers import Answer, said, word
from havre.entrypoints.matching.asked import Form, Request
from havre.entrypoints.matching.clients import Scope
from havre.entrypoints.matching.own import VPDQ, Door, question, signal, weight
from havre.errors import Invalid, NotFound, Refused
from havre.hashlists.entry import Signal
from havre.matching.reference import MATCH_DISTANCE, distance
from havre.subscription.known import Match

METHODS = {"pdq": "pdq", "video_md5": "md5", "md5": "md5", "sha1": "sha1", "sha256": "sha256", VPDQ: VPDQ}
"""Their names of signals, and ours."""
HMA_TYPES = ("pdq", "video_md5")
TRUE = frozenset({"true", "1", "yes"})
Told = Mapping[str, Any]

ALIVE, STALE, NOT_LOADED = "I-AM-ALIVE", "INDEX-STALE", "INDEX-NOT-LOADED"


def status(door_lists: Any) -> Answer:
    """Whether look-ups can be asked."""
    if not door_lists.loaded:
        return word(NOT_LOADED, 503)
    return word(STALE, 503) if door_lists.stale else word(ALIVE)


def hashed(request: Request, door: Door) -> Told:
    """`POST /h/hash`: the hash of a file that is sent."""
    field, content = _one_file(request.form())
    door.count(1)
    prints = door.lists.prints(content)
    if field == "video":
        if prints.digests and prints.media:
            return {"video_md5": prints.digests[0].value}
    elif prints.pictures:
        return {"pdq": prints.pictures[0][:32].hex()}
    raise Invalid("this file has no hash: %(why)s", why=prints.why_not or "it is no video")


def lookup(request: Request, door: Door) -> Told:
    """`POST /m/lookup`: a file, or a hash in the fields of a form."""
    form = request.form()
    if not form.files:
        return _banks(_asked(form.words, door), door)
    field, content = _one_file(form)
    door.count(1)
    looked = door.match(content)
    # Whatever tells it is told beside the hash that these clients look for: what is known must not be missed.
    return {"video_md5" if field == "video" else "pdq": _banks(list(looked.matches), door)}


def lookup_by_address(request: Request, door: Door) -> Told:
    """`GET /m/lookup`: the hash stands in the address."""
    _no_fetching(request)
    return _banks(_asked(request.query, door), door)


def raw_lookup(request: Request, door: Door) -> Told:
    """`/m/raw_lookup`: the numbers of entries."""
    words = request.query if request.method == "GET" else {**request.query, **request.form().words}
    found = door.in_order(_asked(words, door))
    if words.get("include_distance", "").lower() not in TRUE:
        return {"matches": [match.entry.number for match in found]}
    return {"matches": [{"content_id": match.entry.number, "distance": _distance(match, door)} for match in found]}


def compare(request: Request, door: Door) -> Told:
    """`POST /m/compare`: two hashes that the client has itself, whatever the lists hold."""
    door.client.must(Scope.MATCH)
    told: dict[str, Any] = {}
    for name, pair in request.json().items():
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(each, str) for each in pair):
            raise Invalid("two hashes are compared, by the name of their type")
        one, other = (_compared(name, each) for each in pair)
        if one.method == "pdq":
            apart = distance(bytes.fromhex(one.value), bytes.fromhex(other.value))
            told[name] = [apart <= MATCH_DISTANCE, {"distance": apart}]
        else:
            told[name] = [one.value == other.value, {}]
    return told


def _compared(name: str, value: str) -> Signal:
    if _method(name) == VPDQ:
        raise Invalid("films are not compared here: ask what is in the lists")
    return signal(_method(name), value)


def banks(_request: Request, door: Door) -> list[Told]:
    """`GET /c/banks`: the lists."""
    door.client.must(Scope.BANKS)
    return [_bank(shelf.name) for shelf in door.lists.known.shelves()]


def bank(request: Request, door: Door) -> Told:
    """`GET /c/bank/NAME`."""
    for found in banks(request, door):
        if found["name"] == request.path.rpartition("/")[2]:
            return found
    raise NotFound("there is no bank of this name")


def exchanges(_request: Request, door: Door) -> list[str]:
    """`GET /c/exchanges`: the one feed that the lists come from."""
    door.client.must(Scope.BANKS)
    return ["HAVRE"]


def signal_types(_request: Request, door: Door) -> list[Told]:
    """`GET /c/signal_type`."""
    door.client.must(Scope.BANKS)
    return [{"name": name, "enabled_ratio": 1.0} for name in HMA_TYPES]


def index_status(_request: Request, door: Door) -> Told:
    """`GET /m/index/status`."""
    door.client.must(Scope.BANKS)
    known = door.lists.known
    return {"pdq": {"built_to": known.checked(), "present": True, "size": known.hashes()}}


def refused(_request: Request, _door: Door) -> Told:
    """Whatever would change the lists: they come from their feed alone."""
    raise Refused("lists come from their feed alone: tell its publisher with a vote")


def not_fetched(_request: Request, _door: Door) -> Told:
    """Whatever would have this machine ask another."""
    raise Refused("nothing is fetched from an address: send the file, or its hash")


def only_compatible(request: Request, _door: Door) -> Told:
    """A hash in an address, which ends in logs."""
    _no_fetching(request)
    raise Refused("a hash is asked in a form by POST: addresses end in logs, unless --hma-compat says that it may")


def _no_fetching(request: Request) -> None:
    if "url" in request.query:
        raise Refused("nothing is fetched from an address: send the file, or its hash")


def _one_file(form: Form) -> tuple[str, bytes]:
    if len(form.files) != 1:
        raise Invalid("one file is sent, in a field named photo or video")
    ((field, content),) = form.files.items()
    if field not in {"photo", "video"}:
        raise Invalid("the field of the file is named photo or video")
    return field, content


def _asked(words: Mapping[str, str], door: Door) -> list[Match]:
    if "url" in words:
        raise Refused("nothing is fetched from an address: send the file, or its hash")
    if "signal" not in words or "signal_type" not in words:
        raise Invalid("a look-up has a signal and a signal_type")
    asked = question([(_method(words["signal_type"]), words["signal"])])
    door.count(weight(asked))
    return door.lists.known.ask([asked])[0]


def _method(name: str) -> str:
    if name not in METHODS:
        raise Invalid("there is no such type of signal; there are: %(known)s", known=", ".join(METHODS))
    return METHODS[name]


def _banks(found: list[Match], door: Door) -> Told:
    told: dict[str, list[Told]] = {}
    for match in door.in_order(found):
        content = {"bank_content_id": match.entry.number, "distance": _distance(match, door)}
        told.setdefault(_bank(match.list)["name"], []).append(content)
    return told


def _distance(match: Match, door: Door) -> str:
    return str(match.distance) if door.detailed else "0"


def _bank(name: str) -> Told:
    return {"name": name.upper().replace("-", "_"), "matching_enabled_ratio": 1.0}


Handler = Callable[[Request, Door], Any]


def answer(handler: Handler, request: Request, door: Door) -> Answer:
    """What a handler says, as JSON."""
    return said(handler(request, door))
