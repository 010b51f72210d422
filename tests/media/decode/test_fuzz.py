"""A sample of the fuzzer's run; `make fuzz` does the full count."""

from tests.conftest import PROOF
from tests.media.decode.fuzz import fuzz, inputs

COUNT = 100_000 if PROOF else 200


def test_no_mutated_file_escapes() -> None:
    ends = fuzz(COUNT, seed=7)
    assert sum(ends.values()) == COUNT


def test_an_input_is_made_again_from_its_seed() -> None:
    once, again = ([made for made in inputs(30, 5) if made[0] != "7z"] for _ in range(2))
    assert once == again
