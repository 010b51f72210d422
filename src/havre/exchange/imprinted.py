"""Imprints of shared media: told by their sources, kept sealed beside what is told, and told on as they came."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import F

from havre.exchange.gone import take_out_imprints, used_up
from havre.exchange.imprint_shape import MOST_CHARACTERS, MOST_IMPRINTS, Given, told
from havre.exchange.models import Counter, Shared, SharedImprint
from havre.fingerprints import audio, scene, video
from havre.matches.models import Imprint
from havre.matching.hashes import LARGEST_RECORD
from havre.matching.lighter import VERSIONS, lighter
from havre.sealing.body import seal_imprint
from havre.sealing.envelope import Random

MOST_VIEWS = 16
"""Views of one film that are told: spread over it."""
ORDER = (video.METHOD, audio.METHOD, scene.METHOD)
"""What is told first, where not all of a medium has room."""
PIECE = 500


# ---- what a unit tells of its own ----


def imprints_of(media: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What is told of each of these media: what was made of undamaged files, made lighter, without any look."""
    rows = Imprint.objects.filter(medium__in=media, partial=False).order_by("medium", "id")
    found: dict[int, list[Imprint]] = {}
    for row in rows.only("medium", "method", "version", "at", "data").iterator(PIECE):
        if VERSIONS.get(row.method) == row.version:
            found.setdefault(row.medium_id or 0, []).append(row)
    return {medium: list(_that_fit(of_one)) for medium, of_one in found.items()}


def _that_fit(rows: Sequence[Imprint]) -> Iterator[dict[str, Any]]:
    left = MOST_CHARACTERS
    for row in _in_turn(rows)[:MOST_IMPRINTS]:
        each = told(row.method, row.version, row.at, lighter(row.method, bytes(row.data)))
        left -= len(each["data"])
        if left >= 0:
            yield each


def _in_turn(rows: Sequence[Imprint]) -> list[Imprint]:
    by_method = {method: [row for row in rows if row.method == method] for method in ORDER}
    views = by_method[scene.METHOD]
    by_method[scene.METHOD] = views[:: -(-len(views) // MOST_VIEWS)] if views else []
    return [row for method in ORDER for row in by_method[method]]


# ---- on the board ----


def keep_imprints(given: Iterable[tuple[Shared, Sequence[Given]]], random: Random = os.urandom) -> None:
    """Beside each of these rows, which are saved, stands what is told of it now and nothing else.

    Called after a number of a change was taken, so that rows commit in the order of their ids.
    """
    of = list(given)
    for start in range(0, len(of), PIECE):
        _keep(of[start : start + PIECE], random)


def _keep(of: Sequence[tuple[Shared, Sequence[Given]]], random: Random) -> None:
    wanted = {(row.pk, each.digest): (row, each) for row, found in of for each in found}
    held = SharedImprint.objects.filter(shared__in=[row.pk for row, _ in of]).values_list("pk", "shared", "digest")
    standing = {(shared, bytes(digest)): key for key, shared, digest in held}
    over = [key for which, key in standing.items() if which not in wanted]
    if over:
        take_out_imprints(SharedImprint.objects.filter(pk__in=over))
    new = [_row(row, each, random) for which, (row, each) in wanted.items() if which not in standing]
    _number([row for row in new if row.known and row.method == video.METHOD])
    SharedImprint.objects.bulk_create(new, batch_size=PIECE)


def _row(row: Shared, each: Given, random: Random) -> SharedImprint:
    films = each.known and each.method == video.METHOD
    return SharedImprint(
        shared=row,
        method=each.method,
        version=each.version,
        at=each.at,
        count=len(video.seldom(video.unpack(each.data)).searched()) if films else 1,
        known=each.known,
        digest=each.digest,
        sealed=seal_imprint(each.data, bytes(row.body_key.key), row.ref, each.method, random),
    )


def _number(films: Sequence[SharedImprint]) -> None:
    """These films get their numbers, without those of nodes that used up theirs of the year."""
    ended = {key for key in {(row.shared.node, row.shared.at.year) for row in films} if used_up(*key)}
    give_numbers([row for row in films if (row.shared.node, row.shared.at.year) not in ended])


def give_numbers(films: Sequence[SharedImprint]) -> None:
    """Each of these films gets numbers for its runs, as long as there are any in all; they are not saved."""
    count = sum(row.count for row in films)
    if not count:
        return
    Counter.objects.filter(pk=1).update(runs=F("runs") + count)
    number = Counter.objects.values_list("runs", flat=True).get(pk=1) - count + 1
    for row in films:
        if row.count and number + row.count - 1 <= LARGEST_RECORD:
            row.first = number
        number += row.count


def told_imprints(row: Shared) -> list[dict[str, Any]]:
    """The imprints of a row as its source told them."""
    rows = SharedImprint.objects.filter(shared=row).order_by("id")
    return [told(each.method, each.version, each.at, each.data) for each in rows.select_related("shared__body_key")]


def with_imprints(row: Shared, body: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of a row to another node: whole."""
    rest = without_imprints(body)
    return rest | ({"imprints": told_imprints(row)} if "imprints" in body else {})


def without_imprints(body: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of it within this node, where imprints are compared and not shown."""
    return {name: value for name, value in body.items() if name != "imprints"}
