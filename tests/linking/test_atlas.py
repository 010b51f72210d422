"""What is known of countries."""

import pytest

from havre.linking import atlas
from tests.linking.atlas import TABLES, written

LEFT = {"GB", "IE", "MT", "CY", "AU", "NZ", "JP", "IN", "ZA", "TH", "KE", "HK", "SR"}


def test_every_country_of_iso_3166_is_there_with_its_names() -> None:
    found = atlas.countries()
    assert len(found) == 250
    assert len({each.number for each in found.values()}) == 250
    assert found["BE"] == atlas.Country("BE", "056", {"en": "Belgium", "fr": "Belgique", "nl": "België"})
    assert found["XK"].number == "983"


@pytest.mark.parametrize("kind", atlas.FACTS)
def test_every_country_has_an_entry_or_is_listed_as_unknown(kind: str) -> None:
    held = atlas.fact(kind)
    assert list(held) == list(atlas.countries())
    unknown = [code for code, values in held.items() if not values]
    assert len(unknown) < 30
    assert "AQ" in unknown
    assert not set(unknown) & {"BE", "NL", "FR", "GB", "US", "BR", "IN", "CN", "AU", "ZA", "NG", "JP"}


def test_facts_that_anybody_can_check() -> None:
    sides, plugs, volts = atlas.fact("side"), atlas.fact("plug"), atlas.fact("voltage")
    assert {code for code in LEFT if sides[code] == {"left"}} == LEFT
    assert len([code for code, side in sides.items() if side == {"left"}]) == 75
    assert ["".join(sorted(plugs[code])) for code in ("BE", "GB", "DK")] == ["CE", "G", "CEFK"]
    assert [sorted(volts[code]) for code in ("US", "DE", "BR")] == [["100-127"], ["220-240"], ["100-127", "220-240"]]
    assert atlas.fact("language")["BE"] == {"de", "fr", "nl"}
    assert atlas.fact("currency")["CH"] == {"CHF"}


def test_what_can_be_chosen_has_a_name_in_every_language() -> None:
    for kind in ("language", "currency"):
        assert all(set(names) == {"en", "fr", "nl"} for names in atlas.choices(kind).values())
    assert atlas.choices("language")["nl"]["fr"] == "néerlandais"
    assert list(atlas.choices("plug")) == list("ABCDEFGHIJKLMNO")


def test_regions_are_of_countries_that_there_are() -> None:
    assert atlas.regions().keys() == atlas.region_names().keys()
    assert all(members <= set(atlas.countries()) for members in atlas.regions().values())
    assert (len(atlas.regions()["eu"]), len(atlas.regions()["schengen"])) == (27, 29)


def test_every_table_states_where_it_comes_from() -> None:
    found = atlas.sources()
    assert {name for name in found if found[name]} == {path.stem for path in TABLES.glob("*.json")}


def test_the_borders_are_those_of_the_map_that_pages_draw() -> None:
    assert (TABLES / "borders.json").read_text("utf-8") == written()
