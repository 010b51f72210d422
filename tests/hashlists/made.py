"""Entries of hash lists made from a seed or by hypothesis; every value is chance, none is of anything that exists."""

from random import Random

from hypothesis import strategies as st

from havre.hashlists.entry import HEX, VERSIONS, Entry, Kind, Signal

LABELS = ("drawing", "face", "indoors", "outdoors", "several-children")
SIGNALS = st.sampled_from(sorted(HEX)).flatmap(
    lambda method: st.integers(0, 16 ** HEX[method] - 1).map(
        lambda number: Signal(method, f"{number:0{HEX[method]}x}", VERSIONS[method])
    )
)
ENTRIES = st.builds(
    lambda added, later, signals, retracted, **given: Entry(
        added=added,
        changed=added + later,
        signals=tuple(dict.fromkeys(signals)),
        retracted=retracted or not signals,  # one that was taken back may have lost them
        **given,
    ),
    number=st.integers(1, 2**53 - 1),
    version=st.integers(1, 2**53 - 1),
    signals=st.lists(SIGNALS, max_size=4),
    kind=st.sampled_from(Kind),
    labels=st.sets(st.sampled_from(LABELS)).map(lambda some: tuple(sorted(some))),
    categories=st.dictionaries(st.sampled_from(("BE", "FR", "GB", "NL")), st.sampled_from(("1", "2", "A", "é · 3"))),
    baseline=st.booleans(),
    generated=st.booleans(),
    reviewed=st.booleans(),
    confirmed=st.integers(0, 200),
    disputed=st.booleans(),
    added=st.integers(0, 2_000_000_000),
    later=st.integers(0, 100_000_000),
    retracted=st.booleans(),
)


def made(number: int, version: int = 1, *, seed: int = 1, **given: object) -> Entry:
    """An entry with one PDQ, one MD5 and one SHA-1, the same for the same numbers and seed."""
    chance = Random(f"{seed} {number}")
    signals = tuple(
        Signal(method, f"{chance.getrandbits(4 * HEX[method]):0{HEX[method]}x}", VERSIONS[method])
        for method in ("pdq", "md5", "sha1")
    )
    fields: dict[str, object] = {"added": 1_700_000_000, "changed": 1_700_000_000 + version, "confirmed": 2, **given}
    return Entry(number, version, signals, **fields)  # type: ignore[arg-type]
