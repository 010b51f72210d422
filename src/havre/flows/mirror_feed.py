"""A subscriber's feed as a folder, laid as its address is: to carry to whoever cannot fetch, or to look at."""

import shutil
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused, Unavailable
from havre.feeds.lay import lay_at
from havre.feeds.models import Root
from havre.feeds.places import content_at, metadata_at
from havre.feeds.queries import feed_for, read_by, subscriber_for
from havre.feeds.written import served
from havre.flows.feed_keys import MAY
from havre.flows.home import Home, durable, log, seal_log
from havre.units.acting import Acting


def mirror(home: Home, acting: Acting, name: str, folder: Path) -> dict[str, Any]:
    """Copy everything that this subscriber would fetch; timestamp.json last. Raises Refused where nothing is out."""
    acting.must_be(*MAY, to="hand out feeds")
    feed, reader = feed_for(acting.person), subscriber_for(acting.person, name)
    if folder.exists() and any(folder.iterdir()):
        raise Invalid(_("%(folder)s is not empty: name another") % {"folder": folder})
    signed = metadata_at(home.settings.feeds, reader)
    if feed.signed == 0 or feed.written != feed.signed or not (signed / "timestamp.json").is_file():
        raise Refused(_("this subscriber's lists are not published yet: `havre feed publish`"))
    files = [each for listed in read_by(reader) for each in served(listed, reader)]
    with durable():
        detail = {"act": "feed handed out as a folder", "version": feed.version, "files": len(files)}
        log(home, acting, "disclosure", f"subscriber {reader.pk} of lists", detail)
    seal_log(home, acting)
    try:
        for each in files:
            listed, _slash, file = each.path.partition("/")
            target = folder / "targets" / listed / f"{each.sha256}.{file}"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(content_at(home.settings.feeds, feed.pk, each.sha256), target)
        for root in Root.objects.filter(feed=feed):
            lay_at(folder / "metadata" / f"{root.version}.root.json", bytes(root.told))
        for made in (f"{feed.signed}.targets.json", f"{feed.signed}.snapshot.json", "timestamp.json"):
            lay_at(folder / "metadata" / made, (signed / made).read_bytes())
    except OSError as error:
        raise Unavailable(_("the folder could not be written (%(error)s)") % {"error": error.strerror}) from error
    return {"folder": str(folder), "subscriber": reader.name, "version": feed.version, "files": len(files)}
