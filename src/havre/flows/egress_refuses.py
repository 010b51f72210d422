"""The egress proxy that connects to nobody: since when, in a file of the home, so that it is said and seldom tried.

That no page is reached meanwhile says nothing of any page.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.utils.translation import gettext as _

from havre.errors import Unavailable
from havre.flows.home import Home

FILE = "egress-refuses"
SEVERAL = 5
"""Different hosts of one go to which the proxy does not connect, and to no other, before that is its own trouble."""
AGAIN = timedelta(minutes=10)
"""So long nobody is asked for then."""


@dataclass(frozen=True, slots=True)
class Refuses:
    """Since when it connects to nobody, and when that was last seen."""

    since: datetime
    at: datetime

    def waits(self, now: datetime) -> bool:
        """Whether it is too early to try again."""
        return self.at <= now < self.at + AGAIN

    def trouble(self) -> Unavailable:
        """What is said of it: the same until it ends."""
        said = _(
            "the egress proxy connects to nobody since %(since)s UTC: see what it allows; no page is looked at yet"
        )
        return Unavailable(said % {"since": f"{self.since:%Y-%m-%d %H:%M}"})


def refuses(home: Home) -> Refuses | None:
    """What stands now; nothing where it connects, or where the file can't be read: then it is found out anew."""
    try:
        told = json.loads(_file(home).read_text("utf-8"))
        return Refuses(datetime.fromisoformat(told["since"]), datetime.fromisoformat(told["at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def refused(home: Home, now: datetime) -> Refuses:
    """It connected to nobody again, or for the first time: written down."""
    before = refuses(home)
    found = Refuses(now if before is None else before.since, now)
    _file(home).write_text(json.dumps({"since": found.since.isoformat(), "at": now.isoformat()}), "utf-8")
    return found


def connects(home: Home) -> None:
    """It connected somewhere."""
    _file(home).unlink(missing_ok=True)


def _file(home: Home) -> Path:
    return home.settings.home / FILE
