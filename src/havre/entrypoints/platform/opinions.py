"""Votes as other interfaces send them: they go where our own go, and count the same."""

from collections.abc import Collection, Iterable, Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from havre.entrypoints.platform import node
from havre.entrypoints.platform.formats import answered, number_of
from havre.entrypoints.platform.tokens import of_basic, of_function_key
from havre.errors import Invalid, NotFound, Refused
from havre.feeds.carried import Carrying, carrying
from havre.feeds.votes import LONGEST_REASON, Word, vote, vote_all
from havre.hashlists import ncmec, ncmec_read, stopncii
from havre.hashlists.entry import HEX
from havre.hashlists.shared import Mark

MOST_OPINIONS = 1_000
MOST_VOTES = 5_000
"""Entries of which is said something at once: several may carry a signal."""


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
    meant = [each for each in opinions if each.up is not None]
    carriers = _carriers(changes, [each.value for each in meant])
    words = [
        Word(number, bool(each.up), each.reason[:LONGEST_REASON]) for each in meant for number in carriers[each.value]
    ]
    if len(words) > MOST_VOTES:
        raise Invalid("this is said of more than %(most)s entries: say it in several parts", most=MOST_VOTES)
    vote_all(subscriber, listed, words, node.now())
    return JsonResponse({"count": sum(bool(carriers[each.value]) for each in meant)})


def _carriers(changes: Carrying, values: Iterable[str]) -> Mapping[str, Collection[int]]:
    """The living entries that carry each value, as this interface tells of them; asked once for all of them."""
    found: dict[str, set[int]] = {value: set() for value in values}
    marks = [Mark(*of, value) for value in found for of in stopncii.TYPES if len(value) == HEX[of[1]]]
    for mark, entries in changes.living(marks).items():
        found[mark.value].update(entry.number for entry in entries)
    return {value: sorted(numbers) for value, numbers in found.items()}


@csrf_exempt
@require_POST
def stopncii_submit(request: HttpRequest, ref: str, listed: str) -> HttpResponse:
    """Lists take no hashes of those who read them: what is on a list was seen and confirmed by two people."""
    carrying(of_function_key(request, ref), listed)
    raise Refused("this list takes no hashes: report what you found to the unit that publishes it")
