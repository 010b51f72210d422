"""Films hold frames without times: three that few films have, or half of all; what many have counts the less."""

from havre.matching.unclocked import Holds, holding, nearest


def test_the_nearest_of_each_film_counts() -> None:
    assert nearest([(1, 9), (2, 4), (1, 3), (1, 5)]) == {1: 3, 2: 4}


def test_three_frames_or_half_of_all_are_enough() -> None:
    other: dict[int, int] = {}
    assert holding([{1: 5}, {1: 2, 2: 0}, {1: 30}, *[other] * 20]) == {1: Holds(3, 2)}
    assert holding([{1: 5}, {1: 2}, *[other] * 20]) == {}
    assert holding([{1: 5}, other]) == {1: Holds(1, 5)}
    assert holding([{1: 5}, other, other]) == {}
    assert holding([{7: 31}]) == {7: Holds(1, 31)}
    assert holding([]) == {}


def test_what_many_films_have_says_little() -> None:
    title = dict.fromkeys(range(16), 0)
    assert holding([title, {3: 4}, {3: 4}, *[{}] * 20]) == {}
    assert holding([title, title, {3: 4}, {3: 6}, *[{}] * 20]) == {3: Holds(4, 0)}


def test_a_film_of_which_there_are_many_copies_is_found_in_all_of_them() -> None:
    assert holding([dict.fromkeys(range(17), 0)]) == dict.fromkeys(range(17), Holds(1, 0))
    assert holding([dict.fromkeys(range(27), 3)] * 10) == dict.fromkeys(range(27), Holds(10, 3))
