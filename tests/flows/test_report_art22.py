"""The yearly report is what brute force counts over the rows, adds up, and holds nothing personal."""

import csv
import io
import random
from datetime import UTC, datetime, timedelta

import pytest

from havre.errors import Invalid
from havre.flows.report_art22 import HOSTING, art22_csv, art22_html, report_art22
from havre.hotline.models import Judgement
from havre.notices.models import Answers, Letter, Look, Notice, Response, State, Transmission
from tests.cast import NOON, Node
from tests.platforms.written import contact, gone, notice, page, said

AGES = ("prepubescent", "adolescent", "unclear")
KINDS = ("host", "cdn", "platform", "police", "hotline", "registrar")


def many(begun: Node, count: int) -> None:
    """A year of notices, made by chance."""
    chance, by = random.Random(22), begun.anke.person
    for number in range(count):
        kind = chance.choice(KINDS)
        left = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(-200, 1_000))
        about = page(by, at=left)
        Judgement.objects.filter(page=about).update(age=chance.choice(AGES))
        state = chance.choice([State.SENT, State.REFUSED, State.RETRACTED, State.UNANSWERED, State.REMOVED])
        made = notice(by, contact(by, f"{kind} {number % 3}", kind=kind), about, left=left, state=state)
        if chance.random() < 0.5:
            gone(made, by, left + timedelta(hours=chance.randrange(-50, 300)), there=chance.random() < 0.2)
        if chance.random() < 0.5:
            said(made, chance.choice(list(Answers)), left + timedelta(hours=chance.randrange(300)))


def brute(year: int) -> dict[tuple[str, str], int]:
    """Provider and action of every notice of the year, one row after the other."""
    found: dict[tuple[str, str], int] = {}
    for each in Notice.objects.all():
        letters = Transmission.objects.filter(notice=each, letter=Letter.NOTICE, outcome="taken").order_by("at")
        first = letters[0].at
        assert first is not None
        if each.recipient.kind not in HOSTING or each.state == State.RETRACTED or first.year != year:
            continue
        looked = Look.objects.filter(page=each.page, gone=True, at__gte=first).exists()
        answers = Response.objects.filter(notice=each).values_list("kind", flat=True)
        wrote = any(kind in ("decision", "redress", "other") for kind in answers)
        refused = each.state == State.REFUSED
        action = "removed" if looked else "refused" if refused else "answered" if wrote else "none"
        key = (each.recipient.name, action)
        found[key] = found.get(key, 0) + 1
    return found


def test_it_is_what_brute_force_counts_and_adds_up(begun: Node) -> None:
    many(begun, 60)
    report = report_art22(begun.home, begun.anke, 2026)
    found: dict[tuple[str, str], int] = {}
    for cell in report.figures.cells:
        found[cell.provider, cell.action] = found.get((cell.provider, cell.action), 0) + cell.notices
    assert found == brute(2026) != {}
    assert report.figures.notices == sum(found.values())
    assert report.figures.retracted == sum(
        each.recipient.kind in HOSTING and each.state == State.RETRACTED and each.transmissions.get().at.year == 2026  # type: ignore[union-attr]
        for each in Notice.objects.all()
    )
    assert len(report.figures.by_kind) > 1


def test_every_form_says_the_same_in_each_language_and_names_nobody(begun: Node) -> None:
    many(begun, 20)
    report = report_art22(begun.home, begun.anke, 2026)
    rows = list(csv.DictReader(io.StringIO(art22_csv(report))))
    assert sum(int(row["notices"]) for row in rows) == report.figures.notices
    pages = [art22_html(report, language) for language in ("en", "fr", "nl")]
    assert len(set(pages)) == 3
    for text in (*pages, art22_csv(report), str(report.to_json())):
        assert not any(secret in text for secret in ("anke", "abuse@", "host.example", "HN-"))
    assert "Article 22(3)" in pages[0]
    assert "article 22" in pages[1]
    assert "artikel 22" in pages[2]
    with pytest.raises(Invalid):
        art22_html(report, "de")


def test_another_units_notices_are_in_no_report_of_mine(begun: Node) -> None:
    many(begun, 5)
    report = report_art22(begun.home, begun.chiara, 2026)
    assert (report.figures.notices, report.figures.cells, report.figures.retracted) == (0, (), 0)
    for year in (2023, NOON.year + 1):
        with pytest.raises(Invalid):
            report_art22(begun.home, begun.anke, year)
