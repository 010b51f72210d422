"""A CyberTipline report is told a hotline whole: in several letters where it is long, refused where it is too long."""

from dataclasses import replace

import pytest

from havre.cybertip.told import gist_of
from havre.cybertip.write import xml_of
from havre.errors import Invalid
from havre.hotline.cybertips import MOST_PARTS, reference_of, told_by
from havre.hotline.telling import LONGEST_ADDRESS, LONGEST_TEXT, MOST_ADDRESSES
from tests.cybertip.test_told import ODD
from tests.flows.filed import filing


def test_a_report_becomes_one_letter() -> None:
    (told,) = told_by(gist_of(ODD.encode()), "")
    assert told.addresses == ("https://a.example/1", "https://a.example/2")
    assert (told.danger, told.when, told.contact) == (True, "yesterday", "desk@platform.example")
    assert told.seen.startswith("incidentSummary/escalateToHighPriority: now!\nincidentSummary/incidentType: ")
    assert "brandNew/deep: kept" in told.seen


def test_the_same_report_written_another_way_is_the_same() -> None:
    xml = xml_of(filing().report)
    spaced = xml.replace(b"><", b">\n  <")
    one, again, other = (reference_of(gist_of(each)) for each in (xml, spaced, ODD.encode()))
    assert one == again != other


def test_what_does_not_fit_follows_and_what_never_fits_is_refused() -> None:
    urls = [f"https://a.example/{number}" for number in range(120)] + ["https://a.example/" + "x" * LONGEST_ADDRESS]
    gist = replace(gist_of(ODD.encode()), addresses=tuple(urls), lines=("y" * (LONGEST_TEXT + 1),))
    told = told_by(gist, "R-1")
    assert [len(each.addresses) for each in told] == [MOST_ADDRESSES, MOST_ADDRESSES, 20]
    assert [len(each.seen) for each in told] == [LONGEST_TEXT, 1, 0]
    assert {(each.danger, each.about) for each in told} == {(True, "R-1")}
    assert told_by(replace(gist, lines=("y" * LONGEST_TEXT * MOST_PARTS,)), "")[-1].seen == "y" * LONGEST_TEXT
    with pytest.raises(Invalid, match="more than a report takes"):
        told_by(replace(gist, lines=("y" * (LONGEST_TEXT * MOST_PARTS + 1),)), "")
