"""Keys of a feed: made, rotated, renewed. Root keys lie in a folder that the operator takes away; here is no copy.

Root says which keys sign what; targets signs what is on lists; the online key signs every few hours that nothing newer
is there. Whoever steals a home has the last two: root, from elsewhere, puts others in their place.
"""

import base64
import binascii
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid, NotFound, Refused
from havre.feeds.lay import lay_at
from havre.feeds.models import Audience, Feed, Key, KeyRole, Root
from havre.feeds.queries import feed_for
from havre.feeds.signed import ROOT_LASTS, Keys, Signing, read_root, root
from havre.feeds.trouble import RENEW_BEFORE
from havre.flows.feed_entries import holding_feed
from havre.flows.feed_roots import MAY, lay_roots, must_be_newest
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.flows.sealed_words import open_words, seal_words
from havre.restrictions.models import Group
from havre.restrictions.visible import owned_by
from havre.sealing.envelope import KEY_BYTES, Random
from havre.units.acting import Acting
from havre.units.models import Unit

MOST_ROOTS = 9
FOREVER = timedelta(days=365 * 500)
AUDIENCES = {
    Audience.PLATFORM: "Platforms that read hash lists",
    Audience.HOTLINE: "Hotlines that read hash lists",
    Audience.PROVIDER: "Access providers that read hash lists",
}


def make_keys(
    home: Home, acting: Acting, folder: Path, count: int = 3, threshold: int = 2, random: Random = os.urandom
) -> dict[str, Any]:
    """Make the unit's feed with its keys; root keys, and the first root for subscribers, come into the folder.

    Killed and run again, the keys that lie there already are taken. Raises Refused where the feed is there.
    """
    acting.must_be(*MAY, to="make the keys of a feed")
    if not 1 <= threshold <= count <= MOST_ROOTS:
        raise Invalid(_("take between 1 and %(most)s root keys, and no more must sign") % {"most": MOST_ROOTS})
    if owned_by(acting.unit, Feed.objects).exists():
        raise Refused(_("your unit has its feed already: `havre feed keys --rotate` makes another key"))
    roots = _made_roots(folder, count, random)
    with durable():
        take_turn()
        _audiences(acting.now())
        feed = Feed.objects.create(unit=acting.unit, made_by=acting.person, made_at=acting.now(), threshold=threshold)
        for key in roots:
            Key.objects.create(feed=feed, role=KeyRole.ROOT, public=key.public, made_at=acting.now())
        for role in (KeyRole.TARGETS, KeyRole.ONLINE):
            _new_key(home, feed, role, acting.now(), random)
        made = _new_root(feed, acting.now(), roots)
        log(home, acting, "change", _thing(acting.unit), {"act": "keys of lists made", "root": made.version})
        seal_log(home, acting)
    lay_roots(home, feed)
    return _told(feed, made, folder)


def rotate(
    home: Home, acting: Acting, role: str, folder: Path, into: Path | None = None, random: Random = os.urandom
) -> dict[str, Any]:
    """Put another key in the place of targets or online, or other root keys, made `into` a folder; or renew root.

    Signed with the root keys in the folder. What was signed before is signed anew with the next publication.
    """
    acting.must_be(*MAY, to="rotate the keys of a feed")
    if role not in (*KeyRole.values, "renew"):
        raise Invalid(_("rotate root, targets or online; or renew root as it is"))
    feed, old = feed_for(acting.person), _read_roots(folder)
    must_be_newest(home, feed)  # two roots of one version part those who read the lists for good
    known = set(Key.objects.filter(feed=feed, role=KeyRole.ROOT, ended_at=None).values_list("public", flat=True))
    signing = [key for key in old if key.public in known]
    if len(signing) < feed.threshold:
        raise Refused(
            _("%(folder)s holds %(count)s of the root keys that hold, and %(least)s must sign")
            % {"folder": folder, "count": len(signing), "least": feed.threshold}
        )
    if (into is not None) != (role == KeyRole.ROOT):
        raise Invalid(_("name with --into where new root keys come, and for those alone"))
    fresh = _made_roots(into, len(known), random) if into is not None else []
    if Key.objects.filter(feed=feed, public__in=[key.public for key in fresh]).exists():
        raise Refused(
            _("%(folder)s holds root keys that this feed has or had already: name a folder for new ones")
            % {"folder": into}
        )
    with holding_feed(feed) as locked:
        _rotated(home, acting, locked, role, fresh, random)
        made = _new_root(locked, acting.now(), [*signing, *fresh])
        locked.stale = True
        locked.save(update_fields=["stale"])
        log(home, acting, "change", _thing(acting.unit), {"act": f"key of lists: {role}", "root": made.version})
        seal_log(home, acting)
    lay_roots(home, feed)
    return _told(feed, made, into or folder)


def _rotated(home: Home, acting: Acting, feed: Feed, role: str, fresh: Sequence[Signing], random: Random) -> None:
    if role == "renew":
        return
    held = Key.objects.filter(feed=feed, role=role, ended_at=None)
    held.update(ended_at=acting.now(), sealed=b"")
    for key in fresh:
        Key.objects.create(feed=feed, public=key.public, role=role, made_at=acting.now())
    if not fresh:
        _new_key(home, feed, KeyRole(role), acting.now(), random)


def signing_key(home: Home, feed: Feed, role: KeyRole) -> Signing:
    """The key that holds for targets, or online. Raises NotFound where there is none."""
    found = Key.objects.filter(feed=feed, role=role, ended_at=None).first()
    if found is None:
        raise NotFound(_("the feed has no key for this: `havre feed keys --rotate` makes one"))
    return Signing(bytes.fromhex(open_words(home, feed.unit, bytes(found.sealed), _bound(feed, role))))


def root_of(acting: Acting, version: int = 0) -> bytes:
    """A version of root, the newest where none is named, for whoever subscribes. Raises NotFound."""
    rows = Root.objects.filter(feed=feed_for(acting.person))
    found = (rows.filter(version=version) if version else rows).order_by("version").last()
    if found is None:
        raise NotFound(_("there is no root of this version"))
    return bytes(found.told)


def _new_key(home: Home, feed: Feed, role: KeyRole, at: datetime, random: Random) -> None:
    key = Signing(random(KEY_BYTES))
    sealed = seal_words(home, feed.unit, key.seed.hex(), _bound(feed, role), random)
    Key.objects.create(feed=feed, role=role, public=key.public, sealed=sealed, made_at=at)


def _new_root(feed: Feed, at: datetime, signers: Sequence[Signing]) -> Root:
    rows = Key.objects.filter(feed=feed, ended_at=None).order_by("pk")
    held = {role: [row.public for row in rows if row.role == role] for role in KeyRole}
    keys = Keys(held[KeyRole.ROOT], feed.threshold, held[KeyRole.TARGETS][0], held[KeyRole.ONLINE][0])
    last = Root.objects.filter(feed=feed).order_by("version").last()
    version = last.version + 1 if last is not None else 1
    told = root(version, keys, at, signers)
    return Root.objects.create(feed=feed, version=version, told=told, at=at, expires_at=read_root(told).expires)


def _bound(feed: Feed, role: str) -> str:
    return f"key of feed {feed.pk} for {role}"


def _thing(unit: Unit) -> str:
    return f"lists of {unit.name}"


def _told(feed: Feed, made: Root, folder: Path) -> dict[str, Any]:
    path = folder / f"{made.version}.root.json"
    lay_at(path, bytes(made.told))
    held = Key.objects.filter(feed=feed, ended_at=None).order_by("pk")
    return {
        "root": str(path),
        "version": made.version,
        "expires": made.expires_at.isoformat(),
        "threshold": feed.threshold,
        "keys": [{"role": str(row.role), "public": row.public} for row in held],
    }


def _audiences(at: datetime) -> None:
    """Groups that nobody is in and nobody leads: restrictions name them to let things go on lists."""
    for code, name in AUDIENCES.items():
        values = {"name": name, "purpose": name, "made_at": at, "until": at + FOREVER}
        Group.objects.get_or_create(code=str(code), defaults=values)


# ---- root keys in a folder ----


def _made_roots(folder: Path, count: int, random: Random) -> list[Signing]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in range(1, count + 1):
        path = folder / f"root-{number}.key"
        if not path.exists():
            lay_at(path, base64.b64encode(random(KEY_BYTES)) + b"\n", 0o600)
    return _read_roots(folder)[:count]


def _read_roots(folder: Path) -> list[Signing]:
    """The root keys that lie in a folder. Raises Invalid where a file is none."""
    found = []
    for path in sorted(folder.glob("root-*.key")):
        try:
            seed = base64.b64decode(path.read_bytes().strip(), validate=True)
        except (OSError, binascii.Error):
            seed = b""
        if len(seed) != KEY_BYTES:
            raise Invalid(_("%(path)s does not hold a root key") % {"path": path})
        found.append(Signing(seed))
    return found


def renew_by(feed: Feed) -> datetime | None:
    """The day by which root is to be renewed; None while it has no root."""
    last = Root.objects.filter(feed=feed).order_by("version").last()
    return last.at + ROOT_LASTS - RENEW_BEFORE if last is not None else None
