"""A list as its own lines by pages, for readers that want all that an entry says without a verifying client."""

from havre.hashlists.asked import Answer, Query, number, said, size
from havre.hashlists.changes import Changes, Position
from havre.hashlists.lines import fields

MOST = 1_000


def entries(changes: Changes, query: Query) -> Answer:
    """At most so many entries behind a version and number; an empty page is the end for now."""
    # Asked before the page: what is published between the two is at worst read once more.
    version = changes.version
    after = Position(number(query, "version", 0), number(query, "number", 0))
    page = changes.page(after, size(query, "most", MOST, MOST))
    return said({"entries": [fields(entry) for entry in page], "version": version})
