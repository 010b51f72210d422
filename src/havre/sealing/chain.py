"""The Merkle tree of the log, hashed as RFC 6962 says: append in O(log n), prove inclusion and consistency.

`root_of` is the truth, written as the RFC defines it; everything faster must agree with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from havre.errors import Invalid

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962, 2.1)."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf: the zero byte keeps leaves and nodes apart (RFC 6962, 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of these leaf hashes (RFC 6962, 2.1)."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return node_hash(root_of(leaves[:split]), root_of(leaves[split:]))


def _split(size: int) -> int:
    # The largest power of two smaller than the size.
    return 1 << ((size - 1).bit_length() - 1)


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that must be remembered of a tree to append to it: its full subtrees' roots, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """The frontier with one more leaf hash."""
        peaks, merges = [*self.peaks, leaf], self.size
        while merges & 1:  # two subtrees of equal size become one
            right, left = peaks.pop(), peaks.pop()
            peaks.append(node_hash(left, right))
            merges >>= 1
        return Frontier(self.size + 1, tuple(peaks))

    def root(self) -> bytes:
        """The Merkle tree hash of all leaves appended so far."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def text(self) -> str:
        """The subtrees' roots in hex, one after the other."""
        return b"".join(self.peaks).hex()


def frontier_of(size: int, text: str) -> Frontier:
    """The frontier with this size and text. Raises Invalid where the two do not belong together."""
    try:
        peaks = bytes.fromhex(text)
    except ValueError:
        raise Invalid("a frontier is written in hex") from None
    if size < 0 or len(peaks) != HASH_BYTES * size.bit_count():
        raise Invalid(f"a tree of {size} leaves does not have {len(peaks)} bytes of subtree roots")
    starts = range(0, len(peaks), HASH_BYTES)
    return Frontier(size, tuple(peaks[start : start + HASH_BYTES] for start in starts))


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of one leaf, PATH(index, leaves) of RFC 6962, 2.1.1."""
    if not 0 <= index < len(leaves):
        raise Invalid(f"a tree of {len(leaves)} leaves has no leaf {index}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root_of(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root_of(leaves[:split])]


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path proves that the leaf is number `index` of the tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:  # (1)
        return False
    fn, sn, r = index, size - 1, leaf  # (2), (3)
    for p in path:  # (4)
        if sn == 0:  # (4a)
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)  # (4b.i)
            while not fn & 1 and fn:  # (4b.ii)
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1  # (4c)
    return sn == 0 and r == root  # (5)


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """What shows that the tree continues its first `earlier` leaves, PROOF of RFC 6962, 2.1.2."""
    if not 0 < earlier <= len(leaves):
        raise Invalid(f"a tree of {len(leaves)} leaves does not continue one of {earlier}")
    return _subproof(leaves, earlier, whole=True)


def _subproof(leaves: Sequence[bytes], earlier: int, *, whole: bool) -> list[bytes]:
    if earlier == len(leaves):
        return [] if whole else [root_of(leaves)]
    split = _split(len(leaves))
    if earlier <= split:
        return [*_subproof(leaves[:split], earlier, whole=whole), root_of(leaves[split:])]
    return [*_subproof(leaves[split:], earlier - split, whole=False), root_of(leaves[:split])]


def continues(earlier: int, earlier_root: bytes, later: int, later_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the later tree begins with the earlier one (RFC 9162, 2.1.4.2)."""
    if not 0 < earlier <= later:
        return False
    if earlier == later:
        return not proof and earlier_root == later_root
    path = list(proof)
    if earlier.bit_count() == 1:  # (2)
        path.insert(0, earlier_root)
    if not path:  # (1)
        return False
    fn, sn = earlier - 1, later - 1  # (3)
    while fn & 1:  # (4)
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]  # (5)
    for c in path[1:]:  # (6)
        if sn == 0:  # (6a)
            return False
        if fn & 1 or fn == sn:  # (6b)
            fr, sr = node_hash(c, fr), node_hash(c, sr)  # (6b.i), (6b.ii)
            while not fn & 1 and fn:  # (6b.iii)
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1  # (6c)
    return sn == 0 and (fr, sr) == (earlier_root, later_root)  # (7)
