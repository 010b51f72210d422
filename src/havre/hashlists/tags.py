"""What is known of an entry as words, for formats whose only place for it is a list of tags."""

from havre.hashlists.entry import Entry

FACTS = ("baseline", "disputed", "generated")


def tags_of(entry: Entry) -> list[str]:
    """Labels, categories by country, and what else is known, in order."""
    facts = [name for name in FACTS if getattr(entry, name)]
    facts += [] if entry.reviewed else ["unreviewed"]
    labels = [f"label:{label}" for label in entry.labels]
    categories = [f"category:{country}:{name}" for country, name in entry.categories.items()]
    return sorted([*facts, *labels, *categories, f"confirmed:{entry.confirmed}"])
