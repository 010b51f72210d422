"""Reads of the log; the first parameter is who asks, and sees entries of their own unit alone."""

from collections.abc import Collection

from havre.audit.entry import Entry
from havre.audit.models import Entry as Row
from havre.audit.rows import entry_from
from havre.units.models import Person


def entries_about(viewer: Person, things: Collection[str], most: int) -> list[Entry]:
    """The newest entries of the viewer's unit about any of these things, as the log calls them."""
    rows = Row.objects.filter(unit=viewer.unit.name, thing__in=list(things)).order_by("-index")[:most]
    return [entry for row in rows if isinstance(entry := entry_from(row), Entry)]
