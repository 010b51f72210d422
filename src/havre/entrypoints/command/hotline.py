"""`havre hotline`: what the public reports, judged once, sent the right way, answered, and erased in time."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, now, opened, opened_home
from havre.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from havre.flows.home import Home
    from havre.hotline.models import Page
    from havre.units.acting import Acting

app = typer.Typer(no_args_is_help=True, help="What the public reports: judged once, sent the right way, answered.")

Number = Annotated[int, typer.Argument(metavar="REPORT", help="The number of the report.")]
PageOf = Annotated[int, typer.Option("--page", help="This page of it alone, by the number that `show` gives.")]
Because = Annotated[str, typer.Option(help="Why; it is kept with the page.")]

SHOWN_BAD = 10
QUEUE = {
    "page": "Page",
    "state": "State",
    "waits_for": "Waits for",
    "why": "Why",
    "due_at": "Due",
    "address": "Address",
}


@app.command("open")
def open_(context: typer.Context) -> None:
    """Take reports from the public from now on."""
    with opened(context) as (home, acting):
        from havre.flows.open_door import open_door

        door = open_door(home, acting)
        _say(context, {"unit": acting.unit.name, "opened_at": door.opened_at.isoformat()}, "The door is open.")


@app.command()
def shut(context: typer.Context) -> None:
    """Take no more reports from the public."""
    with opened(context) as (home, acting):
        from havre.flows.open_door import close_door

        close_door(home, acting)
        _say(context, {"unit": acting.unit.name, "open": False}, "The door is closed.")


@app.command()
def receive(
    context: typer.Context,
    url: Annotated[list[str] | None, typer.Option(help="An address; may be given several times.")] = None,
    text: Annotated[str, typer.Option(help="What was seen.")] = "",
    contact: Annotated[str, typer.Option(help="How to reach who reports; sealed.")] = "",
    danger: Annotated[bool, typer.Option("--danger", help="A child may be in danger now.")] = False,
    language: Annotated[str, typer.Option(help="Of who reports: en, fr or nl.")] = "en",
) -> None:
    """Take a report; the code that it gives is shown once, for whoever reported it."""
    with opened(context) as (home, acting):
        from havre.flows.receive_report import receive as take
        from havre.hotline.queries import pages_named
        from havre.hotline.telling import Told

        told = Told(tuple(url or ()), text, contact=contact, danger=danger, language=language)
        report, code = take(home, acting, told)
        pages = [page.pk for page in pages_named(acting.person, report)]
        answer = {"report": report.number, "receipt": str(code), "pages": pages}
        _say(context, answer, f"Report {report.number}, {len(pages)} pages. The reporter's code, shown once: {code}")


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with a heading, a JSON object a line, or CyberTipline XML.")],
    partner: Annotated[str, typer.Option(help="Which hotline or platform sent it; the file's name otherwise.")] = "",
) -> None:
    """Take in the reports of a partner's file; sent again, nothing of it comes twice."""
    with opened(context) as (home, acting):
        from havre.flows.import_reports import import_reports

        done = import_reports(home, acting, file, partner or file.stem)
        if asked(context).json:
            answers.say_json(done.to_json())
            return
        answers.say(
            f"{done.found} rows: {done.new} new, {done.added} added to, {done.known} there before,"
            f" {done.refused} refused; danger now in {done.danger} of what is new."
        )
        for row in done.bad[:SHOWN_BAD]:
            answers.warn(f"line {row.line}: {row.reason}")


@app.command()
def route(
    context: typer.Context,
    report: Number,
    page: PageOf = 0,
    hosting_country: Annotated[str, typer.Option(help="Where an analyst found out that it is: two letters.")] = "",
    source: Annotated[str, typer.Option(help="How they found out.")] = "",
) -> None:
    """Send the pages of a report their way, where they were judged; say which it is, by which rule and version."""
    with opened(context) as (home, acting):
        from havre.flows.route_page import find, route_page

        pages = _pages(acting, report, page)
        for each in pages if hosting_country else ():
            find(home, acting, each.pk, "hosting country", hosting_country, source)
        ways = [route_page(home, acting, each.pk).to_json() for each in pages]
        if asked(context).json:
            answers.say_json({"report": report, **ways[0], **({"pages": ways} if len(ways) > 1 else {})})
            return
        columns = {"page": "Page", "route": "Route", "rule": "Rule", "policy_version": "Version"}
        columns |= {"hosting_country": "Hosted in", "recipient": "To", "taken": "Goes", "address": "Address"}
        answers.say_table(f"Report {report}", ways, columns)


@app.command()
def judge(
    context: typer.Context,
    report: Number,
    actionable: Annotated[bool, typer.Option("--actionable/--not-actionable", help="Whether one must act on it.")],
    page: PageOf = 0,
    age: Annotated[str, typer.Option(help="How old the youngest person appears.")] = "",
    visible: Annotated[list[str] | None, typer.Option(help="What is seen; may be given several times.")] = None,
    produced: Annotated[str, typer.Option(help="How it was made.")] = "",
    because: Because = "",
) -> None:
    """Judge the pages of a report by facts."""
    with opened(context) as (home, acting):
        from havre.assessments.facts import facts_of
        from havre.flows.judge_page import Word, judge_page
        from havre.hotline.models import Verdict

        verdict = Verdict.ACTIONABLE if actionable else Verdict.NOT_ACTIONABLE
        word = Word(verdict, facts_of(age, visible or [], produced), because)
        done = [judge_page(home, acting, each.pk, word) for each in _pages(acting, report, page)]
        _say_judged(context, report, done)


@app.command()
def undo(context: typer.Context, report: Number, page: PageOf = 0, because: Because = "") -> None:
    """Take back what you said of the pages of a report, while they went nowhere."""
    with opened(context) as (home, acting):
        from havre.flows.judge_page import undo_judgement

        done = [undo_judgement(home, acting, each.pk, because) for each in _pages(acting, report, page)]
        _say_judged(context, report, done)


@app.command()
def overturn(context: typer.Context, report: Number, page: PageOf = 0, because: Because = "") -> None:
    """What others said of the pages of a report holds no more: they are judged anew."""
    with opened(context) as (home, acting):
        from havre.flows.judge_page import overturn as fall

        _say_judged(context, report, [fall(home, acting, each.pk, because) for each in _pages(acting, report, page)])


@app.command()
def acted(context: typer.Context, report: Number, what: str, page: PageOf = 0) -> None:
    """Whoever has it by the route acts on it: say what they said or did."""
    from havre.flows.follow_page import acted_on

    _each(context, report, page, lambda home, acting, key: acted_on(home, acting, key, what))


@app.command()
def again(context: typer.Context, report: Number, page: PageOf = 0) -> None:
    """The closed pages of a report were seen again."""
    from havre.flows.follow_page import seen_again

    _each(context, report, page, seen_again)


@app.command()
def close(
    context: typer.Context,
    report: Number,
    because: Because = "",
    gone: Annotated[bool, typer.Option("--gone", help="Somebody saw that it is not there.")] = False,
) -> None:
    """Close the pages of a report; one that names none is settled."""
    with opened(context) as (home, acting):
        from havre.flows.follow_page import close_report

        closed = close_report(home, acting, report, because, gone=gone)
        erased = closed.erase_after.isoformat() if closed.erase_after else None
        _say(context, {"report": report, "erase_after": erased}, f"Report {report} is closed, erased after {erased}.")


@app.command()
def answer(context: typer.Context, report: Number, text: str) -> None:
    """Answer whoever reported it; they read it with their code."""
    with opened(context) as (home, acting):
        from havre.flows.answer_reporter import answer_reporter

        made = answer_reporter(home, acting, report, text)
        _say(context, {"report": report, "at": made.at.isoformat()}, "Answered: their code opens it.")


@app.command("page")
def page_(context: typer.Context, report: Number, url: str) -> None:
    """An address that you read in a report is one of its pages."""
    with opened(context) as (home, acting):
        from havre.flows.name_page import name_page

        named = name_page(home, acting, report, url)
        _say(context, {"report": report, "page": named.pk, "address": named.address}, f"Page {named.pk}.")


@app.command()
def show(context: typer.Context, report: Number) -> None:
    """Show a report with what was said in it; that you look is logged."""
    with opened(context) as (home, acting):
        from havre.flows.answer_reporter import read_report

        found = read_report(home, acting, report)
        shown = _shown(found)
        if asked(context).json:
            answers.say_json(shown)
            return
        told = shown["told"] or {}
        answers.say(f"Report {report}, {shown['at']}, by {shown['via']}{', DANGER NOW' if shown['danger'] else ''}")
        for name, value in told.items():
            answers.say(f"{name}: {value}") if value else None
        for text in shown["additions"]:
            answers.say(f"added: {text}")
        answers.say_table("Pages", shown["pages"], {"page": "Page", "state": "State", "address": "Address"})


@app.command()
def fetch(
    context: typer.Context,
    page: Annotated[int, typer.Argument(metavar="PAGE", help="The number of the page, as `show` gives it.")],
    case: Annotated[str, typer.Option(help="The case into which what it shows is taken.")],
    number: Annotated[str, typer.Option(help="The network address of its host, where none was loaded.")] = "",
) -> None:
    """Have a page asked for through the egress proxy, and what it shows taken into a case; say why with --reason."""
    if not asked(context).reason.strip():
        raise Invalid("say why the page is asked for: --reason")
    with opened(context) as (home, acting):
        from havre.flows.fetch_page import fetch_page

        fetched = fetch_page(home, acting, page, case, number=number)
        if asked(context).json:
            answers.say_json(fetched.to_json())
            return
        count = len(fetched.files)
        answers.say(f"Page {page} answered {fetched.status}, {count} file{'s' * (count != 1)} came.")
        if fetched.leads_to:
            answers.say(f"It leads on to {fetched.leads_to}: that was not followed.")
        came = ", ".join(f"{many} {outcome}" for outcome, many in fetched.outcomes.items() if many)
        rows = [{"what": name, "became": f"came, {len(data)} bytes"} for name, data in fetched.files.items()]
        rows += [{"what": name, "became": f"left out: {why}"} for name, why in fetched.left_out.items()]
        answers.say_table(
            f"Taken into {case}: {came or 'nothing'}", rows, {"what": "What", "became": "What became of it"}
        )


@app.command("list")
def list_(
    context: typer.Context,
    desk: Annotated[str, typer.Option(help="waiting, passed or over.")] = "waiting",
    after: Annotated[int, typer.Option(help="Leave out so many.", min=0)] = 0,
) -> None:
    """List pages in the order in which they matter, with the reasons."""
    with opened(context) as (home, acting):
        from havre.flows.hotline_queue import DESKS, PAGE, queue

        if desk not in DESKS:
            raise Invalid(f"take one of {', '.join(DESKS)}")
        rows = [each.to_json() for each in queue(home, acting, desk, after)[:PAGE]]
        if asked(context).json:
            answers.say_lines(rows)
            return
        answers.say_table("Hotline", [{**row, "why": ", ".join(row["reasons"])} for row in rows], QUEUE)  # type: ignore[arg-type]


@app.command()
def waiting(context: typer.Context) -> None:
    """Count everything that waits: letters at the door, trouble, pages, and what is late."""
    with opened(context) as (home, acting):
        from havre.flows.hotline_queue import unseen

        found = unseen(home, acting).to_json()
        if asked(context).json:
            answers.say_json(found)
            return
        rows = [{"what": name.replace("_", " "), "count": value} for name, value in found.items()]
        answers.say_table("What waits", rows, {"what": "What", "count": "How many"})


@app.command()
def tend(context: typer.Context) -> None:
    """Take in what waits at the door, tell reporters, erase what is due: what `havre serve` does by itself."""
    with opened_home(context) as home:
        from havre.flows.tend_hotline import tend_hotline

        done = tend_hotline(home, now)
        _say(context, done.to_json(), f"{done.letters} letters, {done.told} told, {done.erased} erased.")


def _pages(acting: "Acting", report: int, only: int) -> "list[Page]":
    """The pages of a report, or one of them. Raises Invalid where it names none."""
    from havre.hotline.queries import pages_named, report_for

    named = pages_named(acting.person, report_for(acting.person, report))
    found = [page for page in named if not only or page.pk == only]
    if not found:
        raise Invalid("this report names no such page: see `havre hotline show`")
    return found


def _each(context: typer.Context, report: int, only: int, act: "Callable[[Home, Acting, int], Page]") -> None:
    with opened(context) as (home, acting):
        done = [act(home, acting, page.pk) for page in _pages(acting, report, only)]
        pages = [{"page": page.pk, "state": str(page.state)} for page in done]
        _say(context, {"report": report, "pages": pages}, ", ".join(f"{p['page']} {p['state']}" for p in pages))


def _say_judged(context: typer.Context, report: int, done: list[Any]) -> None:
    pages = [
        {
            "page": each.page.pk,
            "state": str(each.page.state),
            "waits_for": str(each.standing.waits),
            "verdict": each.standing.verdict,
            "category": each.category.category if each.category else None,
            "mapping": f"{each.category.mapping}-{each.category.version}" if each.category else None,
        }
        for each in done
    ]
    if asked(context).json:
        answers.say_json({"report": report, "pages": pages})
        return
    columns = {"page": "Page", "state": "State", "verdict": "Verdict", "waits_for": "Waits for", "category": "Category"}
    answers.say_table(f"Report {report}", pages, columns)


def _shown(found: Any) -> dict[str, Any]:
    from dataclasses import asdict

    from havre.hotline.telling import words_of

    report = found.report
    return {
        "report": report.number,
        "at": report.at.isoformat(),
        "via": str(report.via),
        "partner": report.partner,
        "danger": report.danger,
        "withdrawn": report.withdrawn_at is not None,
        "erase_after": report.erase_after.isoformat() if report.erase_after else None,
        "told": asdict(found.told) if found.told is not None else None,
        "additions": [words_of(told) if told is not None else "" for _row, told in found.additions],
        "additions_danger": [told is not None and told.danger for _row, told in found.additions],
        "answers": [{"at": each.at.isoformat(), "kind": str(each.kind)} for each in found.answers],
        "pages": [{"page": page.pk, "state": str(page.state), "address": page.address} for page in found.pages],
    }


def _say(context: typer.Context, answer: dict[str, Any], sentence: str) -> None:
    answers.say_json(answer) if asked(context).json else answers.say(sentence)
