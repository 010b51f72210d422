"""The indexes of the board lose what is withdrawn: never found from the next question on, and out of their files soon.

To find nothing takes a list beside the files, and is done by whoever opens an index. To write a segment anew takes as
long as it is large, so that is done once for all that went within an hour, or as soon as it is much.
"""

from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import Max, Min, Sum

from havre.errors import Broken
from havre.exchange.gone import gone_from
from havre.exchange.models import Gone
from havre.matching.index import Index
from havre.matching.library import Library
from havre.matching.volume import Kind

WITHIN = timedelta(hours=1)
"""After so long what is withdrawn lies in no file of an index any more, where somebody works."""

MOST_BURIED = 10_000
"""Records that are listed as removed; where more went, the segments are written without them at once."""


def bury(name: str, index: Index) -> None:
    """Nothing that is gone is found in this index of hashes from now on; cheap where nothing is."""
    if not Gone.objects.filter(shelf=name).exists():
        return
    gone = gone_from(name)
    if len(gone) > MOST_BURIED:
        index.expunge(gone)
    else:
        index.remove(gone.tolist())


def write_out(root: Path, kinds: dict[str, Kind | None], at: datetime) -> int:
    """What is gone for an hour, or is much, is written out of the files of these indexes; of how many records.

    Raises Broken of the first that is damaged, once all others are done.
    """
    count, trouble = 0, list[Broken]()
    for name, kind in kinds.items():
        try:
            count += _write_out(root / name, name, kind, at)
        except Broken as error:
            trouble.append(error)
    if trouble:
        raise trouble[0]
    return count


def _write_out(folder: Path, name: str, kind: Kind | None, at: datetime) -> int:
    rows = Gone.objects.filter(shelf=name)
    if not rows.exists():
        return 0
    rows.filter(noticed_at=None).update(noticed_at=at)
    known = rows.aggregate(last=Max("pk"), first=Min("noticed_at"), count=Sum("count"))
    if known["count"] is None or known["first"] is None:  # another process wrote them out, or they came just now
        return 0
    if known["count"] <= MOST_BURIED and timedelta(0) <= at - known["first"] < WITHIN:
        return 0
    gone = gone_from(name, known["last"])
    if folder.is_dir():
        if kind is None:
            Index.open(folder).expunge(gone)
        else:
            library = Library.open(folder, kind)
            library.remove(gone.tolist())
            library.compact()
    rows.filter(pk__lte=known["last"]).delete()
    return len(gone)
