"""Broken files by the hundred thousand through every reader: `python -m tests.matches.formats.fuzz COUNT SEED`.

Seeded. Half are sound documents with bytes cut, doubled, swapped or overwritten; half are put together from the
tokens of the formats. No reader may raise; every reading must end in a summary whose totals add up.
"""

import io
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

from havre.matches.formats import READERS, hashlist, icse, record, table, vics
from havre.matches.formats.recognise import recognise
from tests.matches.formats import samples

Rows = Callable[..., Iterator[dict[str, record.JSON]]]

PARSERS: dict[str, tuple[Rows, list[bytes]]] = {
    "vics2": (vics.rows, [samples.vics2(), samples.vics2_cases()]),
    "vics1.3": (vics.rows, [samples.vics13()]),
    "icse": (icse.rows, [samples.icse()]),
    "csv": (table.rows, [samples.table()]),
    "hashes": (hashlist.rows, [samples.hashes()]),
    "pdq": (hashlist.pdq_rows, [samples.hashes()]),
}
assert PARSERS.keys() == READERS.keys()

TOKENS = [
    b"{", b"}", b"[", b"]", b":", b",", b'"', b"\\", b"\\u", b"\\ud800", b"null", b"true", b"NaN", b"-Infinity",
    b"1e999", b"9" * 5000, b"-", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\r\n", b"\n", b"\r", b"\t", b";",
    b'"MD5":', b'"Media":[', b'"value":[', b'"CaseID":1', b'"Category":', b'"MediaFiles":[{', b'"Exifs":',
    b"'=1",
    b'"PhotoDNA":"', b'"Tags":', b'"Series":{"Name":', b'"/Date(1e9)/"', b'"/Date(99999999999999)/"', b"0" * 32,
    b'"RelativeFilePath":"..\\\\x"', b"[" * 3000, b'{"a":' * 1500, b"md5", b"sha1", b"pdq:", b"#", b"a1" * 16,
    b"b2" * 32,
    b'"DateUpdated":-1e300', b'"MediaID":1e400', b'"@odata.context":',
    b'"AlternativeHashes":[{"HashName":"PDQ","HashValue":',
]  # fmt: skip


def mutated(seed: random.Random, data: bytes) -> bytes:
    """A sound document with one to eight wounds."""
    made = bytearray(data)
    for _ in range(seed.randint(1, 8)):
        at = seed.randrange(len(made) + 1)
        span = seed.choice((1, 1, 2, 8, 64, 512))
        wound = seed.randrange(6)
        if wound == 0:
            del made[at : at + span]
        elif wound == 1:
            made[at : at + span] = seed.randbytes(len(made[at : at + span]))
        elif wound == 2:
            made[at:at] = seed.choice(TOKENS)
        elif wound == 3:
            made[at:at] = made[at : at + span] * 2
        elif wound == 4:
            other = seed.randrange(len(made) + 1)
            made[at : at + span] = made[other : other + span]
        else:
            del made[at:]
    return bytes(made)


def composed(seed: random.Random) -> bytes:
    """Tokens of the formats in any order."""
    return b"".join(seed.choices(TOKENS, k=seed.randint(1, 60)))


def structured(seed: random.Random) -> bytes:
    """Sound JSON with VICS's names and values of every wrong type."""
    names = ["MD5", "SHA1", "Category", "MediaFiles", "Tags", "Series", "PhotoDNA", "Exifs", "DateUpdated",
             "MediaSize", "RelativeFilePath", "AlternativeHashes", "MediaMetadata", "IsPrecategorized", "x",
             ]  # fmt: skip

    def value(depth: int) -> object:
        kind = seed.randrange(9 if depth < 4 else 7)
        if kind == 7:
            return [value(depth + 1) for _ in range(seed.randrange(4))]
        if kind == 8:
            return {seed.choice([*names, "PropertyName", "HashName", "HashValue", "Name"]): value(depth + 1)}
        scalars = (None, True, "", "a1" * 16, seed.choice((-1, 0, 5, 10**30, 1e308)), float("nan"), "\ud800\0x\\y")
        return scalars[kind]

    media = [{name: value(0) for name in seed.sample(names, 5)} for _ in range(seed.randrange(6))]
    media.append({"MD5": "c3" * 16})
    return json.dumps({"value": media}).encode()


def inputs(seed: random.Random, sound: list[bytes]) -> Iterator[bytes]:
    """Endless broken documents."""
    while True:
        yield mutated(seed, seed.choice(sound))
        yield composed(seed) if seed.randrange(2) else structured(seed)


def check(rows: Rows, data: bytes) -> tuple[int, int]:
    """Read one document; AssertionError where the totals do not add up. Gives (good, bad)."""
    recognise(data)
    counted: Counter[str] = Counter()
    last: record.Record | None = None
    for row in rows(io.BytesIO(data)):
        line = json.dumps(row, allow_nan=False, ensure_ascii=False).encode()
        last = record.from_json(json.loads(line))
        counted[str(row["kind"])] += 1
    assert isinstance(last, record.Summary), "no summary at the end"
    assert (counted["entry"], counted["bad"]) == (last.good, sum(last.bad.values())), "totals do not add up"
    assert last.read == last.good + sum(last.bad.values()), "totals do not add up"
    return counted["entry"], counted["bad"]


def fuzz(count: int, start: int) -> Iterator[dict[str, record.JSON]]:
    """`count` inputs shared by the parsers; one line of numbers for each parser."""
    for name, (rows, sound) in PARSERS.items():
        seed = random.Random(f"{start}-{name}")
        began = time.perf_counter()
        slowest, good, bad = 0.0, 0, 0
        each = -(-count // len(PARSERS))
        for _, data in zip(range(each), inputs(seed, sound), strict=False):
            one = time.perf_counter()
            try:
                found = check(rows, data)
            except Exception:
                print(f"{name} escaped on {data!r}", file=sys.stderr)
                raise
            slowest = max(slowest, time.perf_counter() - one)
            good, bad = good + found[0], bad + found[1]
        seconds = round(time.perf_counter() - began, 1)
        told: dict[str, record.JSON] = {"parser": name, "inputs": each, "escapes": 0, "good": good, "bad": bad}
        yield {**told, "slowest_ms": round(slowest * 1000), "seconds": seconds}


if __name__ == "__main__":
    for told in fuzz(int(sys.argv[1]), int(sys.argv[2])):
        print(json.dumps(told))
