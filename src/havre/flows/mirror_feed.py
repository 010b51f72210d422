"""A subscriber's feed as a folder, laid as its address is: to carry to whoever cannot fetch, or to look at."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused, Unavailable
from havre.feeds.lay import lay_at
from havre.feeds.models import Feed, Root, Subscriber
from havre.feeds.places import content_at, metadata_at
from havre.feeds.queries import read_by, subscriber_for
from havre.feeds.written import served
from havre.flows.feed_roots import MAY
from havre.flows.holding import alone_at
from havre.flows.home import Home, durable, log, seal_log
from havre.units.acting import Acting


def mirror(home: Home, acting: Acting, name: str, folder: Path) -> dict[str, Any]:
    """Copy everything that this subscriber would fetch; timestamp.json last. Raises Refused where nothing is out.

    Also while the lists are being published: what is copied is of one moment. A folder that is a mirror of the same
    feed is brought up to date: what is on no list any more goes from it.
    """
    acting.must_be(*MAY, to="hand out feeds")
    reader = subscriber_for(acting.person, name)
    with alone_at(home, f"feed-{reader.feed_id}") as mine:
        if not mine:
            raise Refused(_("the lists are being published: wait for that to end"))
        laid = _laid(home, reader)
    if folder.exists() and any(folder.iterdir()) and not _is_mirror(folder, laid.roots):
        raise Invalid(_("%(folder)s is neither empty nor a mirror of this feed: name another") % {"folder": folder})
    with durable():
        detail = {"act": "feed handed out as a folder", "version": laid.version, "files": laid.files}
        log(home, acting, "disclosure", f"subscriber {reader.pk} of lists", detail)
    seal_log(home, acting)
    try:
        for name_, told in laid.roots.items():  # first: whoever is cut off knows it for a mirror of this feed
            lay_at(folder / "metadata" / name_, told)
        for place, digest in laid.targets.items():
            # Read whole or not there: what was cut off is copied again.
            lay_at(folder / "targets" / place, content_at(home.settings.feeds, reader.feed_id, digest).read_bytes())
        for name_, told in laid.signed.items():
            lay_at(folder / "metadata" / name_, told)
        metadata = (folder / "metadata" / each for each in (*laid.roots, *laid.signed))
        _remove_others(folder, {*metadata, *(folder / "targets" / each for each in laid.targets)})
    except OSError as error:
        raise Unavailable(_("the folder could not be written (%(error)s)") % {"error": error.strerror}) from error
    return {"folder": str(folder), "subscriber": reader.name, "version": laid.version, "files": laid.files}


@dataclass(frozen=True, slots=True)
class _Laid:
    """What a subscriber would fetch at one moment: names of metadata, and where targets lie, by what they hold."""

    version: int
    files: int
    roots: Mapping[str, bytes]
    targets: Mapping[str, str]
    signed: Mapping[str, bytes]
    """timestamp.json last."""


def _laid(home: Home, reader: Subscriber) -> _Laid:
    """Called while nobody publishes. Files of this moment lie there for days, whatever is published meanwhile."""
    feed, folder = Feed.objects.get(pk=reader.feed_id), metadata_at(home.settings.feeds, reader)
    if feed.signed == 0 or feed.written != feed.signed or not (folder / "timestamp.json").is_file():
        raise Refused(_("this subscriber's lists are not published yet: `havre feed publish`"))
    files = [each for listed in read_by(reader) for each in served(listed, reader)]
    named = ((*each.path.partition("/"), each.sha256) for each in files)
    made = (f"{feed.signed}.targets.json", f"{feed.signed}.snapshot.json", "timestamp.json")
    return _Laid(
        feed.version,
        len(files),
        {f"{root.version}.root.json": bytes(root.told) for root in Root.objects.filter(feed=feed)},
        {f"{listed}/{digest}.{file}": digest for listed, _slash, file, digest in named},
        {each: (folder / each).read_bytes() for each in made},
    )


def _is_mirror(folder: Path, roots: Mapping[str, bytes]) -> bool:
    """Whether a folder begins with a root of this feed, and holds nothing but what a mirror holds."""
    first = folder / "metadata" / "1.root.json"
    if {each.name for each in folder.iterdir()} - {"metadata", "targets"} or not first.is_file():
        return False
    return first.read_bytes() == roots.get("1.root.json")


def _remove_others(folder: Path, named: Collection[Path]) -> None:
    for part in ("metadata", "targets"):
        for path in [each for each in (folder / part).rglob("*") if each.is_file() and each not in named]:
            path.unlink()
