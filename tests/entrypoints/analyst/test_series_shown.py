"""The page of a series as a person reads it: tiles, links with their reasons, times, history, in three languages."""

import re
from pathlib import Path

import pytest

from havre.entrypoints.analyst.series_shown import MANY
from havre.flows.series import propose
from havre.flows.series_decided import confirm
from havre.flows.series_life import move_series
from havre.series.models import Life, Link, Series
from havre.settings import Settings
from tests.cast import Node, node
from tests.exposures import NIKON, exposure, intake, taken_at
from tests.series.many import series_of
from tests.web import visiting

SERIAL = {"BodySerialNumber": "6030741"}


def test_every_node_and_edge_of_the_graph_is_in_the_table(database: Settings) -> None:
    with node(database) as here:
        series_of(here.anke.person, 6)
        other = series_of(here.anke.person, 2)
        ends = sorted([other.members.order_by("id")[0].medium_id, 1])
        Link.objects.create(
            unit=here.anke.unit, one_id=ends[0], other_id=ends[1], kind="place", expected_false=0.02, media_then=8
        )
        text = visiting(here, here.anke.person).get("/series/1").text
        nodes = set(re.findall(r'data-node="(\d+)"', text))
        assert graph(here, Series.objects.get(number=1)) == (False, [*"123456", ""])  # one is outside
        edges = re.findall(r'<tr data-one="(\d+)" data-other="(\d+)" data-short="same place"( data-dashed)?>', text)
        assert {end for one, other_end, _ in edges for end in (one, other_end)} == nodes
        assert len([edge for edge in edges if not edge[2]]) == 9
        assert len([edge for edge in edges if edge[2]]) == 1
        assert "the whole picture agrees, 22 points" in text
        assert '<a href="/series/2">S2</a>' in text  # what it was not joined with


def graph(here: Node, series: Series) -> tuple[bool, list[str]]:
    """Whether the graph is crowded, and the number on each of its circles."""
    text = visiting(here, here.anke.person).get(f"/series/{series.number}").text
    return 'class="graph-box" data-crowded' in text, re.findall(r'<li data-node="\d+" data-number="(\d*)"', text)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_crowded_graph_shows_the_numbers_of_its_tiles(database: Settings) -> None:
    with node(database) as here:
        few, many = series_of(here.anke.person, MANY), series_of(here.anke.person, MANY + 1)
        assert graph(here, few) == (False, [str(at) for at in range(1, MANY + 1)])
        assert graph(here, many) == (True, [str(at) for at in range(1, MANY + 2)])


def test_tiles_are_veiled_and_nothing_sharp_is_on_the_page(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        files = {f"{at}.jpg": exposure(at, NIKON, SERIAL, taken_at(f"10:0{at}:00")) for at in (1, 2, 3)}
        intake(here.home, here.anke, tmp_path / "seized", files)
        propose(here.home, here.anke)
        text = visiting(here, here.anke.person).get("/series/1").text
        sources = re.findall(r'<img src="([^"]*)"', text)
        # Three members; the clue desk shows the same three to choose from, and one of them as its stage.
        assert len(sources) == 3 + 3 + 1
        assert all(source.startswith("data:image/webp;base64,") and len(source) < 2000 for source in sources)
        assert len(re.findall(r'data-medium="\d+"', text)) == 3 + 1
        assert "14 Apr 2019 10:01" in text


def test_what_came_after_a_word_is_marked_and_the_history_tells_the_word(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        for at in (1, 2):
            intake(
                here.home,
                here.anke,
                tmp_path / str(at),
                {f"{at}{x}.jpg": exposure(10 * at + x, NIKON, SERIAL) for x in (1, 2)},
            )
            propose(here.home, here.anke)
            if at == 1:
                confirm(here.home, here.anke, "S1")
        move_series(here.home, here.anke, "S1", Life.LOCATED)
        text = visiting(here, here.anke.person).get("/series/1").text
        assert text.count('<span class="chip near">proposed</span>') == 2
        assert "Confirm those added" in text
        assert "Unidentified → Located: a test" in text
        assert "Confirmed: it belongs together: a test" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("Membres", "Trouver", "Attend à", "l&#39;image entière concorde", "Huit étapes")),
        ("nl", ("Leden", "Vinden", "Wacht bij", "het hele beeld komt overeen", "Acht stappen")),
    ],
)
def test_the_pages_speak_the_persons_language(database: Settings, language: str, words: tuple[str, ...]) -> None:
    with node(database) as here:
        series_of(here.anke.person, 3)
        client = visiting(here, here.anke.person)
        text = "".join(client.get(at, headers={"Accept-Language": language}).text for at in ("/series/1", "/series"))
        assert [word for word in words if word not in text] == []
