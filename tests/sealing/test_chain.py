"""The Merkle tree against its definition, and its proofs against everything that is not one."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.sealing.chain import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    continues,
    frontier_of,
    inclusion_proof,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
)

SIZES = st.integers(1, 130)


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def grown(count: int) -> Frontier:
    tree = Frontier()
    for leaf in leaves(count):
        tree = tree.append(leaf)
    return tree


def test_the_trees_of_the_certificate_transparency_tests_have_their_published_roots() -> None:
    # The eight leaves and the roots that the reference tests of RFC 6962's authors use.
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    hashes = [leaf_hash(bytes.fromhex(text)) for text in data]
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of(hashes[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of(hashes[:2]).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert root_of(hashes[:8]).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_leaves_and_nodes_are_hashed_apart() -> None:
    left, right = leaves(2)
    assert leaf_hash(left + right) != node_hash(left, right)
    assert leaf_hash(b"x") == sha256(b"\x00x").digest()


@pytest.mark.parametrize("count", range(70))
def test_a_tree_that_grew_has_the_root_the_rfc_defines(count: int) -> None:
    tree = grown(count)
    assert (tree.size, tree.root()) == (count, root_of(leaves(count)))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 64, 65])
def test_a_frontier_survives_being_written_down(count: int) -> None:
    assert frontier_of(count, grown(count).text()) == grown(count)


@pytest.mark.parametrize(("size", "text"), [(1, ""), (0, "00" * 32), (3, "00" * 32), (-1, ""), (1, "zz")])
def test_a_frontier_of_another_size_is_refused(size: int, text: str) -> None:
    with pytest.raises(Invalid):
        frontier_of(size, text)


@given(size=SIZES, data=st.data())
def test_every_leaf_is_proven_to_be_where_it_is_and_nowhere_else(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    elsewhere = data.draw(st.integers(-1, size + 1))
    tree, path = leaves(size), inclusion_proof(leaves(size), index)
    root = root_of(tree)
    assert is_included(tree[index], index, size, path, root)
    assert is_included(tree[index], elsewhere, size, path, root) == (elsewhere == index)
    assert not is_included(leaf_hash(b"other"), index, size, path, root)
    assert not is_included(tree[index], index, size, [*path, tree[0]], root)
    assert not path or not is_included(tree[index], index, size, path[:-1], root)


@given(size=SIZES, data=st.data())
def test_every_tree_is_proven_to_continue_what_it_grew_from_and_nothing_else(size: int, data: st.DataObject) -> None:
    earlier = data.draw(st.integers(1, size))
    proof = consistency_proof(leaves(size), earlier)
    old, new = root_of(leaves(earlier)), root_of(leaves(size))
    assert continues(earlier, old, size, new, proof)
    assert not continues(earlier, leaf_hash(b"fork"), size, new, proof)
    assert not continues(earlier, old, size, leaf_hash(b"fork"), proof)
    assert not continues(earlier, old, size, new, [*proof, old])
    assert not proof or not continues(earlier, old, size, new, proof[:-1])


def test_a_larger_tree_is_not_continued_by_a_smaller_one_nor_by_nothing() -> None:
    root = root_of(leaves(3))
    assert not continues(3, root, 2, root, [])
    assert not continues(0, EMPTY_ROOT, 3, root, [])
    assert not continues(3, root, 5, root_of(leaves(5)), [])


@pytest.mark.parametrize("index", [-1, 3])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(Invalid):
        inclusion_proof(leaves(3), index)


@pytest.mark.parametrize("earlier", [0, 4])
def test_no_proof_is_made_that_a_tree_continues_a_larger_or_an_empty_one(earlier: int) -> None:
    with pytest.raises(Invalid):
        consistency_proof(leaves(3), earlier)
