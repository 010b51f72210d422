"""Links and decisions to try things with, from hypothesis or by hand."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from hypothesis import strategies as st

from havre.linking.decisions import Decision, confirmed, rejected, split
from havre.linking.links import Kind, Link, between
from havre.linking.ties import Tie
from havre.linking.web import Web, of_links, surest

MEDIA = 10_000
"""Size of the database in these tests."""

SURE, GOOD, FAIR, WEAK = 1e-9, 1e-5, 5e-3, 0.02
"""Expected false matches: joins anything, joins a hundred, joins a pair, joins nothing alone."""


def tied(a: int, b: int, expected_false: float = GOOD, kind: Kind = Kind.PLACE) -> Link:
    """A link between two media."""
    return between(a, b, kind, expected_false)


def chain(media: Sequence[int], expected_false: float = GOOD) -> list[Link]:
    """Each with the next."""
    return [tied(a, b, expected_false) for a, b in pairwise(media)]


def clique(media: Sequence[int], expected_false: float = GOOD) -> list[Link]:
    """Each with each."""
    return [tied(a, b, expected_false) for at, a in enumerate(media) for b in media[at + 1 :]]


def star(hub: int, media: Iterable[int], expected_false: float = GOOD) -> list[Link]:
    """One with each."""
    return [tied(hub, other, expected_false) for other in media]


def weighed(links: Sequence[Link]) -> list[Tie]:
    """The ties of these links as groups are made of them."""
    return surest(Web(of_links(links), MEDIA), sorted({end for link in links for end in (link.one, link.other)}))


def groups_of(groups: Mapping[int, Collection[int]]) -> Callable[[Collection[int]], dict[int, Collection[int]]]:
    """As a table would answer: those that hold any of the media."""
    return lambda media: {number: held for number, held in groups.items() if not set(media).isdisjoint(held)}


def links_of(links: Sequence[Link]) -> Callable[[Collection[int]], list[Link]]:
    """As a table would answer: those that touch any of the media."""
    return lambda media: [link for link in links if link.one in set(media) or link.other in set(media)]


MEDIUM = st.integers(1, 14)
LINKS = st.lists(
    st.builds(
        tied,
        st.integers(1, 7),
        st.integers(8, 14),
        st.sampled_from([SURE, GOOD, 1e-3, FAIR, WEAK]),
        st.sampled_from([Kind.PLACE, Kind.NEAR, Kind.SOUND, Kind.SESSION]),
    )
    | st.tuples(MEDIUM, MEDIUM, st.sampled_from([SURE, GOOD, FAIR]))
    .filter(lambda t: t[0] != t[1])
    .map(lambda t: tied(*t)),
    max_size=30,
)
_SOME = st.sets(MEDIUM, min_size=2, max_size=4)


@st.composite
def decisions(draw: st.DrawFn) -> list[Decision]:
    """Up to four, numbered in the order they were made."""
    made = []
    for number in range(draw(st.integers(0, 4))):
        media = sorted(draw(_SOME))
        how = draw(st.sampled_from(["confirmed", "rejected", "split"]))
        if how == "split":
            made.append(split(number, (media[:1], media[1:])))
        else:
            made.append((confirmed if how == "confirmed" else rejected)(number, media))
    return made
