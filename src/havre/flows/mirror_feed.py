"""A subscriber's feed as a folder, laid as its address is: to carry to whoever cannot fetch, or to look at."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused, Unavailable
from havre.feeds.lay import lay_at
from havre.feeds.models import Root
from havre.feeds.places import content_at, metadata_at
from havre.feeds.queries import feed_for, read_by, subscriber_for
from havre.feeds.written import served
from havre.flows.feed_roots import MAY
from havre.flows.home import Home, durable, log, seal_log
from havre.units.acting import Acting


def mirror(home: Home, acting: Acting, name: str, folder: Path) -> dict[str, Any]:
    """Copy everything that this subscriber would fetch; timestamp.json last. Raises Refused where nothing is out.

    A folder that is a mirror of the same feed is brought up to date: what is on no list any more goes from it.
    """
    acting.must_be(*MAY, to="hand out feeds")
    feed, reader = feed_for(acting.person), subscriber_for(acting.person, name)
    roots = {f"{root.version}.root.json": bytes(root.told) for root in Root.objects.filter(feed=feed)}
    if folder.exists() and any(folder.iterdir()) and not _is_mirror(folder, roots):
        raise Invalid(_("%(folder)s is neither empty nor a mirror of this feed: name another") % {"folder": folder})
    signed = metadata_at(home.settings.feeds, reader)
    if feed.signed == 0 or feed.written != feed.signed or not (signed / "timestamp.json").is_file():
        raise Refused(_("this subscriber's lists are not published yet: `havre feed publish`"))
    files = [each for listed in read_by(reader) for each in served(listed, reader)]
    targets = {
        folder / "targets" / listed / f"{each.sha256}.{file}": each.sha256
        for each in files
        for listed, _slash, file in [each.path.partition("/")]
    }
    with durable():
        detail = {"act": "feed handed out as a folder", "version": feed.version, "files": len(files)}
        log(home, acting, "disclosure", f"subscriber {reader.pk} of lists", detail)
    seal_log(home, acting)
    try:
        for target, digest in targets.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            # Read whole or not there: what was cut off is copied again.
            lay_at(target, content_at(home.settings.feeds, feed.pk, digest).read_bytes())
        made = (f"{feed.signed}.targets.json", f"{feed.signed}.snapshot.json", "timestamp.json")
        for name_, told in [*roots.items(), *((each, (signed / each).read_bytes()) for each in made)]:
            lay_at(folder / "metadata" / name_, told)
        _remove_others(folder, {*targets, *(folder / "metadata" / each for each in (*roots, *made))})
    except OSError as error:
        raise Unavailable(_("the folder could not be written (%(error)s)") % {"error": error.strerror}) from error
    return {"folder": str(folder), "subscriber": reader.name, "version": feed.version, "files": len(files)}


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
