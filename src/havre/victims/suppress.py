"""Tables of counts in which nobody can be singled out, nor by subtracting: pure, values in, values out.

A two-way table with its totals is a flow in a network: rows and columns are its nodes, every count an edge, and every
sum says that what flows into a node flows out of it. How far a hidden count can rise or fall while every shown one
stays is then a largest flow through the hidden edges; in such a network every whole number between is possible too
(the matrix is totally unimodular), so what is found here is exact, not an estimate. Decision 0177 says why.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

LEAST = 5
"""No count below this is shown, and none that is hidden has fewer possible values than this."""

NEVER = 1 << 60
"""The price of hiding what stays."""

Place = tuple[int, int]
"""Row and column of a count; behind the last stand the totals."""

Node = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by row and column; the totals follow from them."""

    cells: Sequence[Sequence[int]]
    kept: bool = False
    """Whether the totals of rows stay, for that a row is there at all says how many it has at least."""

    @property
    def rows(self) -> int:
        """How many, the totals aside."""
        return len(self.cells)

    @property
    def columns(self) -> int:
        """How many, the totals aside."""
        return len(self.cells[0]) if self.cells else 0

    def counts(self) -> dict[Place, int]:
        """Every count and every total by its place."""
        rows, columns = self.rows, self.columns
        found = {(row, column): value for row, line in enumerate(self.cells) for column, value in enumerate(line)}
        found |= {(row, columns): sum(line) for row, line in enumerate(self.cells)}
        found |= {(rows, column): sum(line[column] for line in self.cells) for column in range(columns)}
        return found | {(rows, columns): sum(map(sum, self.cells))}


def hidden_in(table: Table) -> frozenset[Place]:
    """The places not to be shown: the small counts, and what they could be worked out from."""
    counts = table.counts()
    hidden = _small(table, counts)
    while True:
        exposed = next((place for place in sorted(hidden) if _is_exposed(table, counts, hidden, place)), None)
        if exposed is None:
            return frozenset(hidden)
        hidden |= _way_around(table, counts, hidden, exposed) or _more(table, counts, hidden, exposed)


def possible(table: Table, hidden: "frozenset[Place] | set[Place]", place: Place, most: int = LEAST) -> tuple[int, int]:
    """The least and largest value that a hidden count may have, given all that is shown; looked for within `most`."""
    counts = table.counts()
    tail, head = _edge(table, place)
    rise = _flow(_around(table, counts, hidden, place), head, tail, most)
    fall = _flow(_around(table, counts, hidden, place), tail, head, min(most, counts[place]))
    return counts[place] - fall, counts[place] + rise


def _small(table: Table, counts: Mapping[Place, int]) -> set[Place]:
    rows, columns = table.rows, table.columns
    if counts[rows, columns] < LEAST:
        return set(counts)
    # The totals of columns stand in several tables at once: hidden in one, all that they could be added from is.
    if any(counts[rows, column] < LEAST for column in range(columns)):
        hidden = {place for place in counts if place[1] != columns}
    else:
        hidden = set()
    return hidden | {place for place, value in counts.items() if value < LEAST}


def _is_exposed(table: Table, counts: Mapping[Place, int], hidden: set[Place], place: Place) -> bool:
    if len(hidden) == len(counts):
        return False  # nothing is shown
    low, high = possible(table, hidden, place, LEAST - 1)
    return high - low + 1 < LEAST


def _price(table: Table, place: Place, value: int) -> int:
    """What is lost by hiding it: the count itself, so that totals of rows go late; those of columns never go."""
    row, column = place
    if row == table.rows or (table.kept and column == table.columns):
        return NEVER
    return value


def _way_around(table: Table, counts: Mapping[Place, int], hidden: set[Place], exposed: Place) -> set[Place]:
    """What to hide so that the exposed count could be four more: the cheapest ring through it that is wide enough."""
    tail, head = _edge(table, exposed)
    links: dict[Node, list[tuple[Node, Place, int]]] = {}
    for place, value in counts.items():
        price = 0 if place in hidden else _price(table, place, value)
        if place != exposed and price < NEVER:
            one, other = _edge(table, place)
            links.setdefault(one, []).append((other, place, price))
            if value >= LEAST - 1:  # against its direction it falls, and has to have enough
                links.setdefault(other, []).append((one, place, price))
    return {place for place in _cheapest(links, head, tail) if place not in hidden}


def _cheapest(links: Mapping[Node, list[tuple[Node, Place, int]]], start: Node, end: Node) -> tuple[Place, ...]:
    waiting: list[tuple[int, Node, tuple[Place, ...]]] = [(0, start, ())]
    done: set[Node] = set()
    while waiting:
        price, node, way = heappop(waiting)
        if node == end:
            return way
        if node not in done:
            done.add(node)
            for other, place, more in links.get(node, ()):
                heappush(waiting, (price + more, other, (*way, place)))
    return ()


def _more(table: Table, counts: Mapping[Place, int], hidden: set[Place], exposed: Place) -> set[Place]:
    """Where there is no such ring: the cheapest shown count of its row or column, at last all of them."""
    beside = {place for place in counts if place[0] == exposed[0] or place[1] == exposed[1]}
    for places in (beside, set(counts)):
        price, cheapest = min(((_price(table, at, counts[at]), at) for at in places - hidden), default=(NEVER, exposed))
        if price < NEVER:
            return {cheapest}
    return set(counts) - hidden


def _edge(table: Table, place: Place) -> tuple[Node, Node]:
    """From where to where a count flows: into a row its total, out of it its counts; columns the other way round."""
    row, column = ("row", place[0]), ("column", place[1])
    return (row, column) if (place[0] < table.rows) == (place[1] < table.columns) else (column, row)


def _around(
    table: Table, counts: Mapping[Place, int], hidden: "frozenset[Place] | set[Place]", place: Place
) -> dict[Node, dict[Node, int]]:
    """The network of the other hidden counts: along each it may rise without end, against it fall to nothing."""
    room: dict[Node, dict[Node, int]] = {}
    for other in hidden:
        if other != place:
            tail, head = _edge(table, other)
            room.setdefault(tail, {})[head] = NEVER
            room.setdefault(head, {})[tail] = counts[other]
    return room


def _flow(room: dict[Node, dict[Node, int]], start: Node, end: Node, most: int) -> int:
    """The largest flow from start to end, at most so much (Ford and Fulkerson 1956)."""
    sent = 0
    while sent < most and (way := list(_path(room, start, end))):
        width = min(most - sent, *(room[one][other] for one, other in way))
        for one, other in way:
            room[one][other] -= width
            room[other][one] += width
        sent += width
    return sent


def _path(room: Mapping[Node, Mapping[Node, int]], start: Node, end: Node) -> Iterator[tuple[Node, Node]]:
    before: dict[Node, Node] = {start: start}
    waiting = [start]
    for node in waiting:
        for other, width in room.get(node, {}).items():
            if width > 0 and other not in before:
                before[other] = node
                waiting.append(other)
    node = end
    while node in before and node != start:
        yield before[node], node
        node = before[node]
