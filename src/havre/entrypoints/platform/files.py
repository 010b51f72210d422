"""`U/metadata/…` and `U/targets/…`: signed files, as TUF asks for them."""

import re
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from havre.entrypoints.platform import node
from havre.entrypoints.platform.door import subscriber_at
from havre.errors import NotFound
from havre.feeds.models import File, Root
from havre.feeds.places import content_at, metadata_at
from havre.feeds.queries import list_read_by, own_or_shared

ROOT = re.compile(r"([1-9][0-9]{0,8})\.root\.json", re.ASCII)
SIGNED = re.compile(r"timestamp\.json|[1-9][0-9]{0,18}\.(?:snapshot|targets)\.json", re.ASCII)
TARGET = re.compile(r"([0-9a-f]{64})\.([a-z0-9.-]{1,60})", re.ASCII)
NOTHING = "there is no such file"


@require_GET
def metadata(request: HttpRequest, ref: str, name: str) -> HttpResponseBase:
    """A file of metadata. Raises NotFound, which says to a client that it has the newest root."""
    subscriber = subscriber_at(request, ref)
    if root := ROOT.fullmatch(name):
        found = Root.objects.filter(feed=subscriber.feed_id, version=int(root[1])).first()
        if found is None:
            raise NotFound(NOTHING)
        return HttpResponse(bytes(found.told), content_type="application/json")
    if not SIGNED.fullmatch(name):
        raise NotFound(NOTHING)
    return _file(metadata_at(node.front().feeds, subscriber) / name, "application/json")


@require_GET
def target(request: HttpRequest, ref: str, listed: str, name: str) -> HttpResponseBase:
    """A file of a list that this subscriber reads, by content and name."""
    subscriber = subscriber_at(request, ref)
    asked = TARGET.fullmatch(name)
    if asked is None:
        raise NotFound(NOTHING)
    found: File | None = own_or_shared(subscriber, list_read_by(subscriber, listed), asked[2], asked[1])
    if found is None:
        raise NotFound(NOTHING)
    return _file(content_at(node.front().feeds, subscriber.feed_id, found.sha256), "application/octet-stream")


def _file(path: Path, kind: str) -> HttpResponseBase:
    try:
        return FileResponse(path.open("rb"), content_type=kind)
    except FileNotFoundError:
        raise NotFound(NOTHING) from None
