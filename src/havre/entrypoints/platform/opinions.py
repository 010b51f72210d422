"""Votes as other interfaces send them: they go where our own go, and count the same."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from havre.entrypoints.platform import node
from havre.entrypoints.platform.formats import answered, number_of
from havre.entrypoints.platform.tokens import of_basic, of_function_key
from havre.errors import Invalid, NotFound, Refused
from havre.feeds.carried import Carrying, carrying, follow
from havre.feeds.votes import LONGEST_REASON, vote
from havre.hashlists import ncmec, ncmec_read, stopncii
from havre.hashlists.entry import HEX
from havre.hashlists.shared import Mark

MOST_OPINIONS = 1_000


@csrf_exempt
@require_http_methods(["PUT"])
def ncmec_vote(request: HttpRequest, ref: str, listed: str, **about: str) -> HttpResponse:
    """A vote on an entry of a member, whatever fingerprint of it is named."""
    subscriber = of_basic(request, ref)
    if about["whose"] != "1":
        raise NotFound("there is no such entry")
    said = ncmec_read.vote(request.body)
    vote(subscriber, listed, number_of(about["entry"]), said.up, said.reason[:LONGEST_REASON], node.now())
    return answered(ncmec.taken())


@csrf_exempt
@require_POST
def stopncii_feedback(request: HttpRequest, ref: str, listed: str) -> HttpResponse:
    """What a platform says of signals: a vote on every entry that carries one; neither yes nor no is no vote."""
    subscriber = of_function_key(request, ref)
    changes = carrying(subscriber, listed)
    opinions = stopncii.feedback(request.body)
    if len(opinions) > MOST_OPINIONS:
        raise Invalid("say at most %(most)s things at once", most=MOST_OPINIONS)
    follow(changes.listed)
    counted = 0
    for opinion in opinions:
        numbers = _carriers(changes, opinion.value) if opinion.up is not None else ()
        for number in numbers:
            vote(subscriber, listed, number, bool(opinion.up), opinion.reason[:LONGEST_REASON], node.now())
        counted += bool(numbers)
    return JsonResponse({"count": counted})


def _carriers(changes: Carrying, value: str) -> Iterable[int]:
    """The living entries that carry a value, as this interface tells of them."""
    marks = [Mark(kind, method, value) for kind, method in stopncii.TYPES if len(value) == HEX[method]]
    return sorted({entry.number for those in changes.living(marks).values() for entry in those})


@csrf_exempt
@require_POST
def stopncii_submit(request: HttpRequest, ref: str, listed: str) -> HttpResponse:
    """Lists take no hashes of those who read them: what is on a list was seen and confirmed by two people."""
    carrying(of_function_key(request, ref), listed)
    raise Refused("this list takes no hashes: report what you found to the unit that publishes it")
