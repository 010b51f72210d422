"""Counting while reading: what was read, what was bad, what was survived, and what came twice."""

from collections import Counter

from havre.matches.formats.record import JSON, BadEntry, Entry, Summary, excerpt

EXACT_UNTIL = 200_000
"""So many different keys are remembered exactly; beyond, a fixed bitmap answers, rarely wrong."""

_BITS = 1 << 27  # 16 MiB: at 13 million keys about 1 in 100 new keys looks seen


class Tally:
    """The running totals of one reading; `summary` closes it."""

    __slots__ = ("_keys", "_paths", "about", "bad", "defects", "ended_early", "good")

    def __init__(self) -> None:
        self.good = 0
        self.bad: Counter[str] = Counter()
        self.defects: Counter[str] = Counter()
        self.about: dict[str, JSON] = {}
        self.ended_early: int | None = None
        self._keys = Seen()
        self._paths = Seen()

    def survived(self, defect: str) -> None:
        """Count one defect that cost nothing."""
        self.defects[defect] += 1

    def refuse(self, place: str, reason: str, text: str = "") -> BadEntry:
        """Count one entry as bad and give it back as a value."""
        self.bad[reason] += 1
        return BadEntry(place, reason, excerpt(text))

    def accept(self, entry: Entry) -> Entry:
        """Count one good entry, and whether its digest or its file came before."""
        self.good += 1
        digest = entry.md5 or entry.sha1 or entry.sha256 or entry.pdq
        if digest is not None and self._keys.again(int(digest[:32], 16)):
            self.defects["several entries of one medium"] += 1
        file = entry.facts.get("file")
        if isinstance(file, str) and self._paths.again(hash(file)):
            self.defects["one file named by several entries"] += 1
        return entry

    def summary(self) -> Summary:
        """Everything counted; read is the sum of good and bad."""
        bad = dict(self.bad)
        read = self.good + sum(bad.values())
        return Summary(read, self.good, bad, dict(self.defects), self.about, self.ended_early)


class Seen:
    """Whether a key came before: exact for the first 200,000 keys, then a Bloom filter of fixed size."""

    __slots__ = ("_bits", "_exact")

    def __init__(self) -> None:
        self._exact: set[int] = set()
        self._bits: bytearray | None = None

    def again(self, key: int) -> bool:
        """True if this key was given before; remembers it."""
        if self._bits is not None:
            return self._mark(key, self._bits)
        if key in self._exact:
            return True
        self._exact.add(key)
        if len(self._exact) > EXACT_UNTIL:
            self._overflow()
        return False

    def _overflow(self) -> None:
        self._bits = bytearray(_BITS // 8)
        for key in self._exact:
            self._mark(key, self._bits)
        self._exact = set()

    @staticmethod
    def _mark(key: int, bits: bytearray) -> bool:
        # A digest is already random: its parts serve as the hash functions. Multiplying spreads shorter keys.
        spread = (key * 0x9E3779B97F4A7C15F39CC0605CEDC835) & ((1 << 128) - 1)
        seen = True
        for shift in (0, 27, 54, 81):
            place = (spread >> shift) & (_BITS - 1)
            mask = 1 << (place & 7)
            if not bits[place >> 3] & mask:
                seen = False
                bits[place >> 3] |= mask
        return seen
