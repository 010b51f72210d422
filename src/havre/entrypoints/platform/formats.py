"""Lists as other interfaces give them: NCMEC's, StopNCII's, ThreatExchange's, HMA's, tables, pages of our lines."""

from collections.abc import Callable, Iterator
from tempfile import TemporaryFile

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.views.decorators.http import require_GET

from havre.entrypoints.platform import node
from havre.entrypoints.platform.door import subscriber_at
from havre.entrypoints.platform.tokens import of_address, of_basic, of_function_key
from havre.errors import NotFound, Refused
from havre.feeds import as_vics
from havre.feeds.carried import Carrying, carrying, followed
from havre.feeds.models import Purpose, Subscriber
from havre.feeds.rules import named
from havre.feeds.settled import settled
from havre.hashlists import hma, ncmec, pages, stopncii, table, threat_updates
from havre.hashlists.asked import Answer, Query
from havre.hashlists.changes import every
from havre.hashlists.entry import LARGEST
from havre.hashlists.ncmec import Member

NAME = "Havre"


@require_GET
def ncmec_entries(request: HttpRequest, ref: str, listed: str) -> HttpResponse:
    """Entries of a stretch of time."""
    subscriber = of_basic(request, ref)
    now = node.now()  # before anything is read, as in `_shared`
    at = settled(subscriber.feed_id, now)
    return answered(
        ncmec.entries(carrying(subscriber, listed), asked(request), member(listed), at, int(now.timestamp()))
    )


@require_GET
def ncmec_status(request: HttpRequest, ref: str, listed: str) -> HttpResponse:
    """Who asks."""
    subscriber = of_basic(request, ref)
    carrying(subscriber, listed)
    return answered(ncmec.status(member(listed), subscriber.name, request.META.get("REMOTE_ADDR", "")))


@require_GET
def ncmec_members(request: HttpRequest, ref: str, listed: str) -> HttpResponse:
    """Whose entries these are."""
    carrying(of_basic(request, ref), listed)
    return answered(ncmec.members([member(listed)]))


@require_GET
def ncmec_reasons(request: HttpRequest, ref: str, listed: str, method: str) -> HttpResponse:
    """Why an entry may be voted down."""
    carrying(of_basic(request, ref), listed)
    return answered(ncmec.reasons(method))


@require_GET
def stopncii_hashes(request: HttpRequest, ref: str, listed: str) -> HttpResponse:
    """Signals that changed since a moment."""
    subscriber = of_function_key(request, ref)
    return _shared(subscriber, listed, lambda changes, at: stopncii.hashes(changes, asked(request), NAME, at))


@require_GET
def graph_updates(request: HttpRequest, ref: str, listed: str, group: int) -> HttpResponse:
    """Signals that changed in a stretch of time; the group is whatever number the client was set up with."""
    subscriber = of_address(request, ref)
    here = f"{_origin(request)}/feed/{ref}/graph/{listed}/{group}/threat_updates/"
    return _shared(
        subscriber, listed, lambda changes, at: threat_updates.updates(changes, asked(request), here, at, _seconds())
    )


@require_GET
def hma_bank(request: HttpRequest, ref: str, listed: str) -> HttpResponse:
    """Contents of the list as a bank's."""
    return answered(hma.bank(carrying(subscriber_at(request, ref), listed), asked(request)))


@require_GET
def entries(request: HttpRequest, ref: str) -> HttpResponse:
    """Our own lines behind a position."""
    changes = carrying(subscriber_at(request, ref), request.GET.get("list", ""))
    return answered(pages.entries(changes, asked(request)))


@require_GET
def whole_table(request: HttpRequest, ref: str, listed: str) -> HttpResponseBase:
    """The list as CSV. An entry that changes while it is read stands in it again, and the last time counts."""
    read = carrying(subscriber_at(request, ref), listed)
    to_the_end = Carrying(read.name, LARGEST, read.listed, read.subscriber)
    rows: Iterator[bytes] = table.write(every(to_the_end))
    name = {"Content-Disposition": f'attachment; filename="{read.name}.csv"'}
    return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=name)


@require_GET
def whole_hash_set(request: HttpRequest, ref: str, listed: str) -> HttpResponseBase:
    """The list as VICS 2.0 `#Media`, in the categories of a region. Raises Invalid where there is no such region.

    Refused for what nobody saw: VICS has no way to say that, and its readers would take it for judged.
    """
    read = carrying(subscriber_at(request, ref), listed)
    if named(read.name).purpose == Purpose.UNREVIEWED:
        raise Refused("nobody saw what is on this list, and VICS can't say so: read it as lines or as a table")
    to_the_end = Carrying(read.name, LARGEST, read.listed, read.subscriber)
    out = TemporaryFile()  # noqa: SIM115 - closed with the answer
    as_vics.write(every(to_the_end), out, region=request.GET.get("region", "US"))
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{read.name}.json", content_type="application/json")


def member(listed: str) -> Member:
    """Who publishes a list, as interfaces that have members call it. Names of units are told to nobody."""
    return Member(1, f"{NAME} {listed}")


def asked(request: HttpRequest) -> Query:
    """What stands in the address; of what stands there twice, the last."""
    query: QueryDict = request.GET
    return {name: str(query[name]) for name in query}


def answered(answer: Answer) -> HttpResponse:
    """An answer of these interfaces as Django gives it."""
    headers = {"Retry-After": str(answer.again_in)} if answer.again_in else {}
    return HttpResponse(answer.body, status=answer.status, content_type=answer.kind, headers=headers)


def _origin(request: HttpRequest) -> str:
    """Where this is reached from outside: a proxy in front of it may have taken the TLS off."""
    host = request.get_host()
    known = [origin for origin in node.front().origins if origin.partition("://")[2] == host]
    return known[0] if known else f"{request.scheme}://{host}"


def _settled(subscriber: Subscriber) -> int:
    return settled(subscriber.feed_id, node.now())


def _seconds() -> int:
    return int(node.now().timestamp())


def _shared(subscriber: Subscriber, listed: str, write: Callable[[Carrying, int], Answer]) -> HttpResponse:
    """The answer of an interface that names signals. Raises NotFound."""
    # Asked before anything is read: what changes in between is later than this.
    at = _settled(subscriber)
    changes = carrying(subscriber, listed)
    return answered(write(changes, followed(changes.listed, at)))


def number_of(text: str) -> int:
    """The number by which an interface names an entry. Raises NotFound where it is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and 0 < int(text) <= LARGEST):
        raise NotFound("there is no such entry")
    return int(text)
