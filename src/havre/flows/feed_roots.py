"""Which root is the newest: after a restore it may be one that is not in the rows, and whoever has it follows no other.

Roots lie beside what is served too, for that. What is not sure is shown by whoever keeps the root keys, with a file.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata
from tuf.api.metadata import Root as Told

from havre.errors import Invalid, Refused
from havre.feeds.lay import lay_at
from havre.feeds.models import Feed, Key, KeyRole, Root
from havre.feeds.places import root_at
from havre.feeds.queries import feed_for
from havre.flows.feed_entries import holding_feed
from havre.flows.home import Home, log, seal_log
from havre.units.acting import Acting
from havre.units.models import RoleName

MAY = (RoleName.ADMINISTRATOR, RoleName.SUPERVISOR)
LONGEST = 1 << 20


def lay_roots(home: Home, feed: Feed) -> None:
    """Every root lies beside what is served. One of another history is left there: `must_be_newest` sees it."""
    for root in Root.objects.filter(feed=feed).order_by("version"):
        path = root_at(home.settings.feeds, feed.pk, root.version)
        if not path.exists():
            lay_at(path, bytes(root.told))


def must_be_newest(home: Home, feed: Feed) -> None:
    """Raises Refused, with what to do, where subscribers may hold a root that is not in the rows."""
    last = Root.objects.filter(feed=feed).order_by("version").last()
    if last is None:
        return
    folder = root_at(home.settings.feeds, feed.pk, 1).parent
    numbers = [int(path.name.partition(".")[0]) for path in folder.glob("*.root.json")]
    if max(numbers, default=0) > last.version:
        said = _(
            "root %(there)s was made after what is known here, which ends with root %(here)s: subscribers follow it and"
            " would refuse what is signed here. Take it in: `havre feed root %(path)s`"
        )
        path = folder / f"{max(numbers)}.root.json"
        raise Refused(said % {"there": max(numbers), "here": last.version, "path": path})
    own = folder / f"{last.version}.root.json"
    if own.is_file() and own.read_bytes() != bytes(last.told):
        said = _(
            "subscribers may have another root %(version)s than the one that is here: restore the backup again, and"
            " take in %(path)s before any key is changed"
        )
        raise Refused(said % {"version": last.version, "path": own})
    if feed.doubted:
        raise Refused(
            _(
                "this node was restored from a backup, and keys may have been changed since it was made: show the"
                " newest root, which lies with the root keys, or at a subscriber: `havre feed root FILE`"
            )
        )


def must_sign(home: Home, feed: Feed) -> None:
    """The same, and raises Refused where a key that the newest root names is not here."""
    must_be_newest(home, feed)
    gone = Key.objects.filter(feed=feed, ended_at=None, sealed=b"").exclude(role=KeyRole.ROOT).order_by("role").first()
    if gone is not None:
        said = _(
            "the key for %(role)s that root names is not here, for it was made after the backup:"
            " `havre feed keys --rotate %(role)s --folder FOLDER` with the root keys makes another"
        )
        raise Refused(said % {"role": gone.role})


def take_root(home: Home, acting: Acting, path: Path) -> dict[str, Any]:
    """This file is the newest root: with those between, which lie beside it, it follows on what is here, or is it.

    Raises Invalid for one that is older or follows on nothing, Refused for one of another history.
    """
    acting.must_be(*MAY, to="take in the newest root of a feed")
    feed = feed_for(acting.person)
    last = Root.objects.filter(feed=feed).order_by("version").last()
    assert last is not None  # a feed is made with one
    found = _read(path)
    if found.signed.version < last.version:
        raise Invalid(_("%(path)s is older than the root that is here") % {"path": path})
    if found.signed.version == last.version and path.read_bytes() != bytes(last.told):
        raise Refused(_("here is another root of this version: restore the backup again, then take this one in first"))
    fresh = _between(path, last, found.signed.version)
    with holding_feed(feed) as locked:
        for each, told in fresh:
            values = {"told": told, "at": acting.now(), "expires_at": each.expires}
            Root.objects.create(feed=locked, version=each.version, **values)
        if fresh:
            _take_keys(locked, fresh[-1][0], acting)
        locked.doubted, locked.stale = False, True
        locked.save(update_fields=["doubted", "stale", "threshold"])
        log(home, acting, "change", f"lists of {acting.unit.name}", {"act": "newest root shown", "taken": len(fresh)})
        seal_log(home, acting)
    lost = Key.objects.filter(feed=feed, ended_at=None, sealed=b"").exclude(role=KeyRole.ROOT).order_by("role")
    return {"version": found.signed.version, "taken": len(fresh), "rotate": list(lost.values_list("role", flat=True))}


def _between(path: Path, last: Root, newest: int) -> Sequence[tuple[Told, bytes]]:
    """Roots behind the last one that is here, each signed by enough keys of the one before it and its own."""
    before, found = Metadata[Told].from_bytes(bytes(last.told)), list[tuple[Told, bytes]]()
    for version in range(last.version + 1, newest + 1):
        file = path if version == newest else path.with_name(f"{version}.root.json")
        made = _read(file)
        try:
            before.signed.verify_delegate(Told.type, made.signed_bytes, made.signatures)
            made.signed.verify_delegate(Told.type, made.signed_bytes, made.signatures)
        except (RepositoryError, ValueError) as error:
            raise Invalid(_("%(path)s does not follow on the root before it") % {"path": file}) from error
        if made.signed.version != version:
            raise Invalid(_("%(path)s is not root %(version)s") % {"path": file, "version": version})
        found.append((made.signed, file.read_bytes()))
        before = made
    return found


def _read(path: Path) -> Metadata[Told]:
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST)
        made = Metadata[Told].from_bytes(content)
    except OSError as error:
        said = _("%(path)s can't be read: every root up to the newest lies beside it")
        raise Invalid(said % {"path": path}) from error
    except (RepositoryError, ValueError) as error:
        raise Invalid(_("%(path)s is no root") % {"path": path}) from error
    if not isinstance(made.signed, Told):
        raise Invalid(_("%(path)s is no root") % {"path": path})
    return made


def _take_keys(feed: Feed, root: Told, acting: Acting) -> None:
    """The rows name the keys that root names. Of those that were made elsewhere only the public half is here."""
    named = {KeyRole.ROOT: "root", KeyRole.TARGETS: "targets", KeyRole.ONLINE: "timestamp"}
    for role, name in named.items():
        wanted = [str(root.keys[key].keyval["public"]) for key in root.roles[name].keyids]
        rows = Key.objects.filter(feed=feed, role=role, ended_at=None)
        rows.exclude(public__in=wanted).update(ended_at=acting.now(), sealed=b"")
        there = set(rows.values_list("public", flat=True))
        for public in wanted:
            if public not in there:
                Key.objects.create(feed=feed, role=role, public=public, made_at=acting.now())
    feed.threshold = root.roles["root"].threshold
