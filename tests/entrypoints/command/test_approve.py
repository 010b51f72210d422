"""`havre approve` as people type it; what it does to an export stands in test_known.py."""

from tests.conftest import Havre


def test_either_a_number_or_the_list_and_not_both(havre: Havre) -> None:
    havre("init", "--country", "BE", "--unit", "Police", "--person", "anke")

    assert havre("approve").exit == 2
    assert havre("approve", 1, "--list").exit == 2
    assert havre("approve", "--list", "--json").json == []
    absent = havre("approve", 1)
    assert (absent.exit, "there is no open request 1" in absent.stderr) == (1, True)
