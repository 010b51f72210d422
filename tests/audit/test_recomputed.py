"""The log hashed anew from its columns is the log that was signed, or it is said what is not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from havre.audit.entry import Act, End, Entry, Line, Seal, Unreadable, entry_of
from havre.audit.recomputed import recomputed
from havre.errors import Broken
from havre.sealing.chain import EMPTY_ROOT, Frontier, root_of
from havre.sealing.sign import NO_PREVIOUS, Checkpoint, Signer, note_digest, signed_note

SIGNER = Signer(bytes(32))
LOG = SIGNER.verifier
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_log(sizes: tuple[int, ...] = (2, 5, 9)) -> list[Line]:
    """Entries with a checkpoint behind each of these sizes, and the end."""
    lines: list[Line] = []
    tree, previous = Frontier(), NO_PREVIOUS
    for number, size in enumerate(sizes):
        while tree.size < size:
            entry = entry_of(Act("anke", "u", "change", f"t{tree.size}", "r", AT, {}), tree.size, SIGNER)
            tree = tree.append(entry.leaf)
            lines.append(entry)
        note = signed_note(Checkpoint(LOG.name, size, tree.root(), number, AT, previous), SIGNER)
        previous = note_digest(note)
        lines.append(Seal(number, size, tree.text(), note))
    return [*lines, End(tree.size, tree.text())]


def leaves(lines: list[Line]) -> list[bytes]:
    return [line.leaf for line in lines if isinstance(line, Entry)]


@pytest.mark.parametrize(
    ("since", "most", "size"), [(0, 100, 9), (0, 3, 2), (0, 1, 2), (2, 3, 5), (5, 1, 9), (9, 5, 9)]
)
def test_it_goes_on_to_a_checkpoint_not_much_later(since: int, most: int, size: int) -> None:
    found = recomputed(a_log(), LOG, since, most)
    assert found is not None
    whole = leaves(a_log())
    assert (found.size, list(found.leaves)) == (size, whole[since:size])
    assert found.root_before == (root_of(whole[:since]) if since else EMPTY_ROOT)


@pytest.mark.parametrize(("number", "since"), [(0, 2), (1, 5), (2, 9)])
def test_behind_a_checkpoint_it_is_the_same_as_whole(number: int, since: int) -> None:
    log = a_log()
    after = next(line for line in log if isinstance(line, Seal) and line.number == number)
    rest = log[log.index(after) + 1 :]
    assert recomputed(rest, LOG, since, 100, after) == recomputed(log, LOG, since, 100)


def test_behind_a_checkpoint_whatever_is_altered_is_said_too() -> None:
    log = a_log()
    place = next(place for place, line in enumerate(log) if isinstance(line, Seal) and line.number == 1)
    after = log[place]
    assert isinstance(after, Seal)
    for wrong in (replace(after, frontier="nonsense"), replace(after, number=7), replace(after, note="x\n\ny")):
        with pytest.raises(Broken):
            recomputed(log[place + 1 :], LOG, 5, 100, wrong)
    other = replace(after, frontier="00" * (len(after.frontier) // 2))
    with pytest.raises(Broken):
        recomputed(log[place + 1 :], LOG, 5, 100, other)
    newest = max(place for place, line in enumerate(log) if isinstance(line, Seal))
    for missing in set(range(place + 1, len(log))) - {newest}:  # without it the log shows nothing new
        with pytest.raises(Broken):
            recomputed(log[place + 1 : missing] + log[missing + 1 :], LOG, 5, 100, after)


def test_a_log_without_a_checkpoint_shows_nothing() -> None:
    assert recomputed([End(0, "")], LOG, 0, 10) is None


def test_whatever_is_altered_anywhere_is_said() -> None:
    for place, line in enumerate(a_log()):
        for wrong in altered(line):
            lines = a_log()
            lines[place : place + 1] = wrong
            with pytest.raises(Broken):
                recomputed(lines, LOG, 9, 100)


def altered(line: Line) -> list[list[Line]]:
    """The line in other forms, twice, and gone."""
    ways: list[list[Line]] = [[], [line, line], [Unreadable("somewhere")]]
    match line:
        case Entry():
            ways += [[replace(line, reason="other")], [replace(line, leaf=bytes(32))], [replace(line, index=99)]]
            ways += [[replace(line, signature=bytes(64))]]
        case Seal():
            ways += [[replace(line, size=line.size + 1)], [replace(line, number=line.number + 1)]]
            ways += [[replace(line, frontier="")], [replace(line, note=line.note.replace("2026", "2025"))]]
        case End():
            ways += [[End(line.size + 1, line.frontier)], [End(line.size, "")]]
    return ways[0:1] + ways[2:] if isinstance(line, End) else ways


def test_a_log_that_ends_before_what_was_seen_is_broken() -> None:
    with pytest.raises(Broken, match="ends before"):
        recomputed(a_log(), LOG, 10, 100)
