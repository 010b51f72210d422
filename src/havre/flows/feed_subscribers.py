"""Who reads the lists: taken on with a token that is shown once, marked with canaries, seen to acknowledge, ended."""

import base64
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from havre.errors import Invalid, NotFound, Refused
from havre.feeds.models import Audience, Canary, Entry, Feed, HashList, State, Subscriber, Subscription, Vote
from havre.feeds.queries import feed_for, lists_of, subscriber_for, subscribers_of
from havre.feeds.receipts import standings
from havre.feeds.rules import named
from havre.flows.feed_entries import holding_feed, list_named, next_number
from havre.flows.feed_keys import renew_by
from havre.flows.feed_roots import MAY
from havre.flows.home import Home, consulted, log, seal_log
from havre.restrictions.visible import owned_by
from havre.sealing.envelope import Random
from havre.units.acting import Acting

CANARIES = 3
"""Of one subscriber on one list."""
TOKEN_BYTES = 32
LONGEST = 100
HALF = 128
"""Bits that are set in every PDQ: those above the median."""
HASH = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)


def add_subscriber(
    home: Home, acting: Acting, name: str, audience: str, lists: Iterable[str], random: Random = os.urandom
) -> dict[str, Any]:
    """Somebody reads these lists from the next publication on; the token is in the answer and nowhere else.

    Raises Invalid for a list that is not for this audience, Refused where somebody is called so already.
    """
    acting.must_be(*MAY, to="take on subscribers of lists")
    said = " ".join(name.split())
    if not said or len(said) > LONGEST or not said.isprintable():
        raise Invalid(_("name the subscriber in one line of %(most)s characters at most") % {"most": LONGEST})
    wanted, feed = [named(each) for each in lists], feed_for(acting.person)
    if audience not in Audience.values or not wanted or any(each.audience != audience for each in wanted):
        raise Invalid(_("name lists that are made for a %(audience)s") % {"audience": audience})
    token = base64.urlsafe_b64encode(random(TOKEN_BYTES)).decode().rstrip("=")
    with holding_feed(feed) as locked:
        if owned_by(acting.unit, Subscriber.objects, "feed__unit").filter(name=said).exists():
            raise Refused(_("there is a subscriber of this name already"))
        made = Subscriber.objects.create(
            feed=locked,
            name=said,
            ref=random(8).hex(),
            audience=audience,
            token=sha256(token.encode()).digest(),
            since=acting.now(),
            added_by=acting.person,
        )
        for each in dict.fromkeys(wanted):
            _read(locked, made, list_named(locked, each), acting, random)
        _stale(locked)
        detail = {"act": "subscriber taken on", "lists": sorted({each.name for each in wanted})}
        log(home, acting, "change", f"subscriber {made.pk} of lists", detail)
        seal_log(home, acting)
    return {"subscriber": made.name, "path": f"/feed/{made.ref}/", "token": token}


def end_subscriber(home: Home, acting: Acting, name: str) -> Subscriber:
    """Their token opens nothing from now on; what they were given and acknowledged stays known."""
    acting.must_be(*MAY, to="end subscriptions of lists")
    feed, found = feed_for(acting.person), subscriber_for(acting.person, name)
    with holding_feed(feed) as locked:
        Subscriber.objects.filter(pk=found.pk, ended_at=None).update(ended_at=acting.now())
        _stale(locked)
        log(home, acting, "change", f"subscriber {found.pk} of lists", {"act": "subscription ended"})
        seal_log(home, acting)
    found.refresh_from_db()
    return found


def new_token(home: Home, acting: Acting, name: str, random: Random = os.urandom) -> dict[str, Any]:
    """Another token instead of the one that was lost, or seen by others."""
    acting.must_be(*MAY, to="give tokens to subscribers of lists")
    found = subscriber_for(acting.person, name)
    if found.ended_at is not None:
        raise Refused(_("this subscription ended"))
    token = base64.urlsafe_b64encode(random(TOKEN_BYTES)).decode().rstrip("=")
    with holding_feed(found.feed):
        Subscriber.objects.filter(pk=found.pk).update(token=sha256(token.encode()).digest())
        log(home, acting, "change", f"subscriber {found.pk} of lists", {"act": "another token"})
        seal_log(home, acting)
    return {"subscriber": found.name, "path": f"/feed/{found.ref}/", "token": token}


def list_subscribers(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """Everybody who reads lists of the unit, or did."""
    found = list(subscribers_of(acting.person).prefetch_related("lists"))
    consulted(home, acting, f"subscribers of lists of {acting.unit.name}", {"count": len(found)})
    return [
        {
            "subscriber": each.name,
            "audience": str(each.audience),
            "path": f"/feed/{each.ref}/",
            "lists": sorted(listed.name for listed in each.lists.all()),
            "since": each.since.isoformat(),
            "ended": each.ended_at.isoformat() if each.ended_at else None,
        }
        for each in found
    ]


def receipts(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """How far everybody is with every list, and who has not put a retraction into use."""
    found = standings(feed_for(acting.person))
    consulted(home, acting, f"receipts of lists of {acting.unit.name}", {"count": len(found)})
    return [
        asdict(each)
        | {"at": each.at.isoformat() if each.at else None, "since": each.since.isoformat() if each.since else None}
        for each in found
    ]


def trace(home: Home, acting: Acting, value: str) -> dict[str, Any]:
    """Whose canary a hash is, that somebody found elsewhere. Raises NotFound where it is nobody's."""
    acting.must_be(*MAY, to="trace canaries of lists")
    said = value.strip().lower()
    if not HASH.fullmatch(said):
        raise Invalid(_("a hash is 32, 40 or 64 hexadecimal digits"))
    bits, rows = bytes.fromhex(said), owned_by(acting.unit, Canary.objects, "subscriber__feed__unit")
    named_ = Q(md5=bits) | Q(sha1=bits) | Q(sha256=bits) | Q(pdq=bits)
    found = rows.filter(named_).select_related("subscriber", "listed").first()
    detail = {"act": "canary traced", "found": found is not None}
    consulted(home, acting, f"canaries of lists of {acting.unit.name}", detail)
    if found is None:
        raise NotFound(_("this is no canary of your lists"))
    fields = {"subscriber": found.subscriber.name, "list": found.listed.name, "number": found.number}
    return fields | {"out": not found.due}


def status(home: Home, acting: Acting) -> dict[str, Any]:
    """How the unit's feed is: its version, lists, what is due, what subscribers say, and until when its root holds."""
    feed = feed_for(acting.person)
    consulted(home, acting, f"lists of {acting.unit.name}")
    rows = owned_by(acting.unit, Entry.objects)
    behind, until = [each for each in standings(feed) if each.missing], renew_by(feed)
    return {
        "version": feed.version,
        "signed": feed.signed,
        "signed_at": feed.signed_at.isoformat() if feed.signed_at else None,
        "written": feed.signed == feed.written,
        "due": rows.filter(due=True).count(),
        "proposed": rows.filter(state=State.PROPOSED).count(),
        "challenged": rows.filter(state=State.CHALLENGED).count(),
        "votes": _votes(acting),
        "behind_with_retractions": len(behind),
        "renew_root_by": until.isoformat() if until else None,
        "lists": [_list_fields(each) for each in lists_of(acting.person)],
    }


def _list_fields(listed: HashList) -> dict[str, Any]:
    rows = Entry.objects.filter(listed=listed)
    return {
        "list": listed.name,
        "version": listed.version,
        "entries": rows.filter(state__in=(State.PUBLISHED, State.CHALLENGED)).count(),
        "retracted": rows.filter(state=State.RETRACTED, added_at__isnull=False).count(),
        "subscribers": listed.subscribers.filter(ended_at=None).count(),
    }


def _votes(acting: Acting) -> dict[str, int]:
    rows = owned_by(acting.unit, Vote.objects, "entry__unit")
    down = rows.filter(up=False)
    wrong = down.filter(entry__state=State.RETRACTED).count()
    aside = down.filter(challenged_at=None).count()
    return {"up": rows.filter(up=True).count(), "down": down.count(), "retracted": wrong, "set_aside": aside}


def _stale(feed: Feed) -> None:
    feed.stale = True
    feed.save(update_fields=["stale"])


def _read(feed: Feed, who: Subscriber, listed: HashList, acting: Acting, random: Random) -> None:
    """A subscriber reads a list, on which are hashes that only they are given: they come out with what is next new."""
    Subscription.objects.create(subscriber=who, listed=listed, since=acting.now())
    pictures = Entry.objects.filter(listed=listed, kind="picture")  # as canaries are
    like = pictures.exclude(state=State.RETRACTED).order_by("-number").first()
    for _number in range(CANARIES):
        Canary.objects.create(
            subscriber=who,
            listed=listed,
            number=next_number(feed),
            pdq=_like_pdq(random),
            md5=random(16),
            sha1=random(20),
            sha256=random(32),
            like=_like(like, listed),
        )


def _like(entry: Entry | None, listed: HashList) -> dict[str, Any]:
    if entry is None:
        return {"baseline": listed.purpose == "baseline", "generated": listed.purpose == "generated"}
    return {
        "methods": sorted({method for method, *_rest in entry.signals}),
        "labels": list(entry.labels),
        "categories": dict(entry.categories),
        "baseline": entry.baseline,
        "generated": entry.generated,
        "reviewed": entry.reviewed,
        "confirmed": entry.confirmed,
    }


def _like_pdq(random: Random) -> bytes:
    """A hash of no picture: as in every PDQ, half of its bits are set."""
    places: Sequence[int] = sorted(range(2 * HALF), key=lambda _at: random(8))
    return sum(1 << at for at in places[:HALF]).to_bytes(2 * HALF // 8, "big")
