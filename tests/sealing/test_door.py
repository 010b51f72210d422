"""The key of a door is made of the unit's key and of nothing else."""

from havre.sealing.door import door_opener


def test_the_same_unit_opens_the_same_letters_and_another_does_not() -> None:
    one = door_opener(bytes(32)).private_bytes_raw()
    assert door_opener(bytes(32)).private_bytes_raw() == one
    assert door_opener(bytes(31) + b"\x01").private_bytes_raw() != one
    assert one != bytes(32)
