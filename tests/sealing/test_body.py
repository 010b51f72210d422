"""Bodies open with their own key, thing and version alone; a commitment holds to both key and body."""

from uuid import UUID

import pytest

from havre.errors import Broken
from havre.sealing.body import commitment, open_body, open_imprint, seal_body, seal_imprint

KEY, OTHER = bytes(range(32)), bytes(32)
REF = UUID(int=7)
BODY = {"name": "Green chair", "pdq": ["00"], "n": 1}


def fixed(count: int) -> bytes:
    """Chance that always falls the same."""
    return bytes(count)


def test_a_body_opens_as_it_was_sealed() -> None:
    assert open_body(seal_body(BODY, KEY, REF, 3, fixed), KEY, REF, 3) == BODY


@pytest.mark.parametrize(
    ("key", "ref", "version"), [(OTHER, REF, 3), (KEY, UUID(int=8), 3), (KEY, REF, 4)], ids=["key", "thing", "version"]
)
def test_with_another_key_thing_or_version_it_does_not(key: bytes, ref: UUID, version: int) -> None:
    with pytest.raises(Broken):
        open_body(seal_body(BODY, KEY, REF, 3, fixed), key, ref, version)


def test_versions_are_sealed_under_different_keys() -> None:
    assert seal_body(BODY, KEY, REF, 3, fixed) != seal_body(BODY, KEY, REF, 4, fixed)


def test_a_commitment_is_to_key_and_body_both() -> None:
    sealed = seal_body(BODY, KEY, REF, 3, fixed)
    assert commitment(sealed, KEY) == commitment(sealed, KEY)
    assert len({commitment(sealed, KEY), commitment(sealed, OTHER), commitment(sealed + b"x", KEY)}) == 3


@pytest.mark.parametrize(
    ("key", "ref", "method"),
    [(OTHER, REF, "film"), (KEY, UUID(int=8), "film"), (KEY, REF, "sound")],
    ids=["key", "thing", "method"],
)
def test_an_imprint_opens_with_the_key_of_its_thing_alone(key: bytes, ref: UUID, method: str) -> None:
    sealed = seal_imprint(b"features", KEY, REF, "film", fixed)
    assert open_imprint(sealed, KEY, REF, "film") == b"features"
    with pytest.raises(Broken):
        open_imprint(sealed, key, ref, method)
