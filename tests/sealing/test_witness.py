"""A witness goes on with a log that continues, and with no other, whatever that one shows."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Broken
from havre.sealing.chain import EMPTY_ROOT, Frontier, leaf_hash, root_of
from havre.sealing.sign import NO_PREVIOUS, Checkpoint, Signer, signed_note
from havre.sealing.witness import Shown, begin, contradict, countersignature, go_on, must_countersign

SIGNER, OTHER = Signer(bytes(32)), Signer(bytes(range(32)))
LOG = SIGNER.verifier
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def leaves(count: int, word: str = "entry") -> list[bytes]:
    return [leaf_hash(f"{word} {number}".encode()) for number in range(count)]


def frontier(found: list[bytes]) -> str:
    tree = Frontier()
    for leaf in found:
        tree = tree.append(leaf)
    return tree.text()


def shown(found: list[bytes], number: int, since: int = 0, signer: Signer = SIGNER) -> Shown:
    """What a log with these leaves shows to who has seen so many of them."""
    note = signed_note(Checkpoint(LOG.name, len(found), root_of(found), number, AT, NO_PREVIOUS), signer)
    return Shown(note, since, root_of(found[:since]) if since else EMPTY_ROOT, found[since:], frontier(found))


@given(st.integers(1, 40), st.integers(0, 40))
def test_a_log_that_continues_is_followed(first: int, more: int) -> None:
    seen = begin(shown(leaves(first), 0), LOG)
    then = go_on(seen, shown(leaves(first + more), 1, first), LOG)
    assert (then.checkpoint.size, then.tree.root()) == (first + more, root_of(leaves(first + more)))


@given(st.integers(1, 30), st.integers(0, 30), st.data())
def test_any_other_leaf_among_those_seen_is_found(first: int, more: int, data: st.DataObject) -> None:
    seen = begin(shown(leaves(first), 0), LOG)
    other = leaves(first + more)
    other[data.draw(st.integers(0, first - 1))] = leaf_hash(b"forged")
    with pytest.raises(Broken, match="others than those"):
        go_on(seen, shown(other, 1, first), LOG)


@given(st.integers(1, 30), st.integers(1, 30), st.data())
def test_leaves_that_do_not_make_the_checkpoint_are_found(first: int, more: int, data: st.DataObject) -> None:
    seen = begin(shown(leaves(first), 0), LOG)
    told = shown(leaves(first + more), 1, first)
    forged = list(told.leaves)
    forged[data.draw(st.integers(0, more - 1))] = leaf_hash(b"forged")
    for wrong in (forged, told.leaves[:-1], [*told.leaves, leaf_hash(b"x")]):
        with pytest.raises(Broken, match="does not continue"):
            go_on(seen, replace(told, leaves=wrong), LOG)


def test_a_log_that_shrank_went_back_or_lies_about_where_it_was_is_found() -> None:
    seen = begin(shown(leaves(8), 5), LOG)
    for told, why in (
        (shown(leaves(6), 6, 6), "shrank"),
        (shown(leaves(9), 4, 8), "behind one that was seen"),
        (shown(leaves(9, "fork"), 5, 8), "behind one that was seen"),
        (shown(leaves(9), 6, 7), "begins at 7"),
        (shown(leaves(9), 6, 8, OTHER), "not signed|no signature"),
    ):
        with pytest.raises(Broken, match=why):
            go_on(seen, told, LOG)


def test_the_same_checkpoint_again_is_no_news() -> None:
    seen = begin(shown(leaves(8), 5), LOG)
    assert go_on(seen, shown(leaves(8), 5, 8), LOG) == seen


def test_a_log_begins_with_a_frontier_of_its_own_tree() -> None:
    for wrong in (frontier(leaves(7)), frontier(leaves(8, "fork")), "none"):
        with pytest.raises(Broken, match="frontier"):
            begin(replace(shown(leaves(8), 0), frontier=wrong), LOG)


def test_a_countersignature_is_of_its_witness_and_its_note() -> None:
    note, other = shown(leaves(3), 0).note, shown(leaves(4), 1).note
    line = countersignature(note, OTHER)
    must_countersign(line, note, OTHER.verifier)
    for wrong, of, witness in (
        (line, other, OTHER),
        (line, note, SIGNER),
        (line[:-1], note, OTHER),
        (line.replace(" ", "  "), note, OTHER),
        ("", note, OTHER),
    ):
        with pytest.raises(Broken):
            must_countersign(wrong, of, witness.verifier)


def test_two_notes_prove_that_a_log_lied() -> None:
    at = {number: shown(leaves(4 + number), number).note for number in range(3)}
    assert not contradict(at[0], at[2], LOG)
    assert not contradict(at[1], at[1], LOG)
    assert contradict(at[1], shown(leaves(5, "fork"), 1).note, LOG)  # one number, two contents
    assert contradict(at[2], shown(leaves(3), 3).note, LOG)  # it shrank
    assert contradict(shown(leaves(6, "fork"), 3).note, at[2], LOG)  # one size, two trees
