"""`havre report platform`: what a platform found goes to a hotline or the police; `havre report waiting`.

It works without a home, from a platform's own house. Where a home is named, somebody acts in it and its log has it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havre.cybertip.codes import then
from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, now, opened
from havre.errors import Invalid, Refused, Unavailable
from havre.settings import read_egress

if TYPE_CHECKING:
    from havre.cybertip.check import Problem
    from havre.cybertip.filing import Filing
    from havre.flows.report_platform import Noted, World

JOURNALS = "cybertips"
"""The folder of journals in a home."""

JournalAt = Annotated[Path | None, typer.Option("--journal", help="Where journals lie; HOME/cybertips otherwise.")]
TellIt = Annotated[
    bool, typer.Option("--tell-preserved", help="Tell a hotline with Havre until when --preserve keeps it.")
]
Source = Annotated[Path | None, typer.Argument(metavar="FILE", help="The report in JSON, or as XML.")]


def platform(
    context: typer.Context,
    file: Source = None,
    form: Annotated[str, typer.Option("--format", help="cybertip.")] = "cybertip",
    media: Annotated[list[Path] | None, typer.Option(help="A further file; may be given several times.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the XML here.")] = None,
    send: Annotated[bool, typer.Option("--send", help="File it.")] = False,
    partial: Annotated[bool, typer.Option("--partial", help="File it though some of its files are missing.")] = False,
    retract: Annotated[bool, typer.Option("--retract", help="Take back what is not finished.")] = False,
    drop_unknown: Annotated[bool, typer.Option("--drop-unknown", help="Send it without what is unknown.")] = False,
    reference: Annotated[str, typer.Option(help="How you call it, where the file does not say.")] = "",
    report: Annotated[int, typer.Option(min=0, help="With --retract: its number at the service.")] = 0,
    to: Annotated[str, typer.Option(help="The service; the test environment of CyberTipline otherwise.")] = "",
    production: Annotated[bool, typer.Option("--production", help="The report is real.")] = False,
    credential: Annotated[Path | None, typer.Option(help="A file with one line, user:password.")] = None,
    enrich: Annotated[str, typer.Option(help="A command that is asked what else is known.")] = "",
    preserve: Annotated[str, typer.Option(help="A command that is told what must be kept.")] = "",
    tell: TellIt = False,
    journal: JournalAt = None,
) -> None:
    """Check a report, write it as XML, and say what is missing; with --send, file it and go on where that ended."""
    if form != "cybertip":
        raise Invalid("a report of a platform is written as cybertip")
    if not retract or not (report or reference):
        whole = send and not drop_unknown
        filing, folder = _filing(context, file, media or [], reference, whole=whole)
    if not (send or retract):
        _written(context, filing, out)
        return
    if credential is None:
        raise Invalid("say as whom: --credential FILE, with one line user:password")
    from havre.flows.cybertip_known import known
    from havre.flows.cybertip_line import tipline_of
    from havre.flows.report_platform import retract_report, send_report

    service = tipline_of(to, _text(credential), read_egress(asked(context).environ), production=production)
    with _world(context, journal, enrich, preserve, tell=tell) as (root, world):
        if retract:
            name = "" if report else reference or known(filing, folder).name
            number = retract_report(root, service, world, name=name, report=report)
            said = f"Report {number} was taken back." if number else "It was taken back: it was never reported."
            _say(context, {"report": number or None, "state": "retracted"}, said)
            return
        done = send_report(filing, folder, root, service, world, partial=partial).to_json()
    _say_sent(context, done)


def _say_sent(context: typer.Context, done: dict[str, Any]) -> None:
    many = len(done["files"])
    before = "was finished before" if done["sent_before"] else "is finished"
    _say(context, done, f"Report {done['report']} {before}, with {many} files. Keep it until {done['keep_until']}.")
    for path in done["missing_files"]:
        answers.warn(f"{path} is not there, and was not sent")
    if not done["preserved"]:
        answers.warn("no command of yours said that what was reported is kept: --preserve COMMAND")


def waiting(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Those that are finished too.")] = False,
    journal: JournalAt = None,
) -> None:
    """List reports that are not finished, the first that the service deletes first."""
    from havre.flows.cybertip_waiting import waiting as found_waiting
    from havre.flows.resume_reports import warnings

    found = found_waiting(_root(context, journal), now(), every=every)
    for sentence in warnings(found, now()):
        answers.warn(sentence)
    if asked(context).json:
        answers.say_json(found)
        return
    columns = {"reference": "Reference", "report": "Report", "state": "State", "lapses_at": "Deleted at"}
    answers.say_table("Reports", found, columns | {"preserved": "Kept until", "trouble": "In the way"})


def resume(
    context: typer.Context,
    credential: Annotated[Path, typer.Option(help="A file with one line, user:password.")],
    to: Annotated[str, typer.Option(help="The service; the test environment of CyberTipline otherwise.")] = "",
    production: Annotated[bool, typer.Option("--production", help="The reports are real.")] = False,
    preserve: Annotated[str, typer.Option(help="A command that is told what must be kept.")] = "",
    tell: TellIt = False,
    journal: JournalAt = None,
) -> None:
    """Go on with every report that waits for this service; where one still waits after that it ends with 1."""
    from havre.flows.cybertip_line import tipline_of
    from havre.flows.cybertip_waiting import waiting as found_waiting
    from havre.flows.resume_reports import BECAME, WAITS, resume_reports, warnings

    service = tipline_of(to, _text(credential), read_egress(asked(context).environ), production=production)
    with _world(context, journal, "", preserve, tell=tell) as (root, world):
        done = resume_reports(root, service, world)
        for sentence in warnings(found_waiting(root, now()), now()):
            answers.warn(sentence)
    totals = {name: sum(each.became == name for each in done) for name in BECAME}
    rows = [each.to_json() for each in done]
    if asked(context).json:
        answers.say_json({"found": len(done), **totals, "reports": rows})
    else:
        columns = {"reference": "Reference", "report": "Report", "became": "What became of it", "why": "Why"}
        answers.say_table(f"{len(done)} reports that waited", rows, columns)
        answers.say(", ".join(f"{count} {name}" for name, count in totals.items()))
    if totals[WAITS]:
        raise typer.Exit(answers.FAILED)


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to write; it must not be there.")],
    journal: JournalAt = None,
) -> None:
    """Write what was reported, and how far each is, into one file: for a copy, or another machine."""
    from havre.flows.cybertip_moved import export_journals

    count = export_journals(_root(context, journal), file)
    _say(
        context,
        {"file": str(file), "reports": count},
        f"{count} reports in {file}: it holds them in clear, encrypt it.",
    )


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="What `havre report export` wrote.")],
    journal: JournalAt = None,
) -> None:
    """Take what `havre report export` wrote; a report that is here already stays as it is."""
    from havre.flows.cybertip_moved import import_journals

    new, there = import_journals(_root(context, journal), file)
    _say(context, {"new": new, "there_before": there}, f"{new} reports are here now, {there} were here before.")


def schema(
    context: typer.Context,
    credential: Annotated[Path, typer.Option(help="A file with one line, user:password.")],
    to: Annotated[str, typer.Option(help="The service; the test environment of CyberTipline otherwise.")] = "",
    production: Annotated[bool, typer.Option("--production", help="The one that takes real reports.")] = False,
) -> None:
    """Compare the schema that a service gives with what is written here; where they differ it ends with 1."""
    from havre.cybertip.drift import drift
    from havre.flows import cybertip_line as at

    line = at.tipline_of(to, _text(credential), read_egress(asked(context).environ), production=production)
    try:
        answer, xsd = at.status(line), at.schema(line)
    except (at.NeverLeftError, at.PerhapsError) as error:
        raise Unavailable(f"{line.host} does not answer ({error})") from None
    if answer.response_code != 0:
        raise Refused(f"{line.host}: {then(answer.response_code)[1]} ({answer.response_code})")
    found = drift(xsd)
    if asked(context).json:
        answers.say_json({"service": line.address, "differences": [each.to_json() for each in found]})
    else:
        answers.say("\n".join(map(str, found)) or "The service takes what is written here.")
    if found:
        raise typer.Exit(answers.FAILED)


# ---- what is written ----


def _filing(
    context: typer.Context, file: Path | None, media: list[Path], reference: str, *, whole: bool
) -> "tuple[Filing, Path]":
    """The report of a file, and its folder; where it is none, or must be `whole` and is not, the command ends."""
    from havre.cybertip.filing import called, parsed
    from havre.flows.cybertip_prepare import with_files

    if file is None:
        raise Invalid("say which report: FILE; to take one back --reference or --report is enough")
    try:
        found = parsed(file.read_bytes())
    except OSError as error:
        raise Unavailable(f"{file} can't be read ({error.strerror})") from None
    for each in found.notes:
        answers.warn(str(each))
    problems = found.problems + (found.dropped if whole else [])
    if found.filing is None or problems:
        _problems(context, problems)
        if found.dropped and not found.problems:
            answers.warn("it would be sent without these, and was not: mend it, or say --drop-unknown")
        raise typer.Exit(answers.FAILED)
    for each in found.dropped:
        answers.warn(f"left out: {each}")
    filing = with_files(found.filing, media)
    return (called(filing, reference) if reference else filing), file.parent


def _problems(context: typer.Context, found: "list[Problem]") -> None:
    if asked(context).json:
        answers.say_json({"problems": [each.to_json() for each in found]})
    for each in found:
        answers.warn(f"{each.place}: {each.why}")


def _written(context: typer.Context, filing: "Filing", out: Path | None) -> None:
    from havre.cybertip.filing import missing
    from havre.cybertip.write import xml_of

    xml, lacks = xml_of(filing.report).decode(), missing(filing)
    if out is not None:
        out.write_text(xml, "utf-8")
    if asked(context).json:
        answers.say_json({"xml": xml, "missing": [each.to_json() for each in lacks], "files": len(filing.files)})
        return
    if out is None:
        answers.out.file.write(xml)
    for each in lacks:
        answers.warn(f"missing: {each}")


# ---- what is sent ----


@contextmanager
def _world(
    context: typer.Context, journal: Path | None, enrich: str, preserve: str, *, tell: bool
) -> "Iterator[tuple[Path, World]]":
    """Where journals lie, and what is outside; in a home, what leaves is in its log first."""
    from havre.flows.cybertip_hooks import asked as ask
    from havre.flows.report_platform import World

    def hook(command: str) -> Callable[[dict[str, Any]], Any] | None:
        return (lambda said: ask(command, said)) if command else None

    def made(noted: "Noted") -> World:
        return World(now, time.sleep, noted, hook(enrich), hook(preserve), tell)

    root = _root(context, journal)
    if not _has_home(context):
        yield root, made(lambda _act, _detail: None)
        return
    with opened(context) as (home, acting):
        from havre.flows.cybertip_logged import logged

        yield root, made(logged(home, acting))


def _has_home(context: typer.Context) -> bool:
    return asked(context).home is not None or bool(asked(context).environ.get("HAVRE_HOME"))


def _root(context: typer.Context, journal: Path | None) -> Path:
    if journal is not None:
        return journal
    if not _has_home(context):
        raise Invalid("say where the journal of what is sent lies: --journal DIR; or name a home")
    home = asked(context).home
    return (home if home is not None else Path(asked(context).environ["HAVRE_HOME"])) / JOURNALS


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeError):
        raise Unavailable(f"the credential {path} can't be read") from None


def _say(context: typer.Context, answer: dict[str, Any], sentence: str) -> None:
    answers.say_json(answer) if asked(context).json else answers.say(sentence)
