"""`havre`: the command line. Options before the command say who acts, where and why."""

import io
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Annotated

import typer
from django.db import DatabaseError

from havre.entrypoints.command import (
    alerts,
    answers,
    approve,
    audit,
    backup,
    bench,
    cases,
    corrections,
    demo,
    doctor,
    erase,
    feed,
    feed_import,
    fingerprint,
    groups,
    hosting,
    hotline,
    hotline_files,
    hotline_letters,
    index,
    intake,
    known,
    looks,
    mail,
    match,
    match_votes,
    node,
    others,
    partners,
    peer,
    platforms,
    report_platform,
    restrict,
    search,
    selfservice,
    series,
    serve,
    sites,
    store,
    takedowns,
    work,
)
from havre.entrypoints.command.context import Asked
from havre.errors import Broken, HavreError, Unavailable

app = typer.Typer(
    help="Identify child victims: known, near, repeat and new in a seizure; every act logged.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)


@app.callback()
def before(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help="The node's folder; HAVRE_HOME otherwise.")] = None,
    person: Annotated[str, typer.Option("--as", metavar="PERSON", help="Who acts.")] = "",
    reason: Annotated[str, typer.Option(help="Why; the log keeps it.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON alone.")] = False,
) -> None:
    """Keep what was asked before the command."""
    context.obj = Asked(home, person, reason, json, os.environ)


@cache
def whole() -> Callable[[list[str]], object]:
    """All commands with their options, made from the functions that do them."""
    return typer.main.get_command(app)


def run(arguments: list[str] | None = None) -> None:
    """Run one command; exit 0 done, 1 something failed and is explained, 2 wrong use."""
    os.umask(0o077)  # whatever is written is for its owner alone
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the locale says: JSON is UTF-8, and paths hold anything
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        whole()(forward(sys.argv[1:] if arguments is None else arguments))
    except HavreError as error:
        answers.fail(error)
        sys.exit(answers.FAILED)
    except DatabaseError as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        answers.fail(Unavailable(f"the database can't be used ({first}): see `havre doctor`, then run this again"))
        sys.exit(answers.FAILED)
    except KeyboardInterrupt:
        answers.warn("stopped; what was written is kept, and the same command goes on from there")
        sys.exit(130)
    except OSError as error:
        answers.fail(
            Unavailable(f"the answer can't be written ({error.strerror or error}): mend that and run this again")
        )
        sys.exit(answers.FAILED)
    except Exception as error:
        if os.environ.get("HAVRE_TRACE"):
            raise
        answers.fail(Broken(f"this is a fault of Havre ({type(error).__name__}); HAVRE_TRACE=1 shows where: report it"))
        sys.exit(answers.FAILED)


def forward(words: list[str]) -> list[str]:
    """The words with the options for every command in front, wherever they stood; what follows -- is left alone."""
    end = words.index("--") if "--" in words else len(words)
    ahead: list[str] = []
    rest: list[str] = []
    waiting = iter(words[:end])
    for word in waiting:
        if word in {"--home", "--as", "--reason"}:
            ahead += [word, *([value] if (value := next(waiting, None)) is not None else [])]
        elif word == "--json" or word.startswith(("--home=", "--as=", "--reason=")):
            ahead.append(word)
        else:
            rest.append(word)
    return ahead + rest + words[end:]


app.command()(node.init)
app.add_typer(node.unit_app, name="unit")
app.add_typer(node.person_app, name="person")
app.add_typer(cases.app, name="case")
feed.app.command("import")(feed_import.import_)
app.add_typer(feed.app, name="feed")
app.command()(intake.intake)
app.command()(work.work)
app.command()(fingerprint.fingerprint)
app.add_typer(known.app, name="known")
app.command()(search.search)
app.add_typer(series.app, name="series")
app.add_typer(sites.app, name="site")
app.add_typer(restrict.app, name="restrict")
app.add_typer(groups.app, name="group")
app.command()(others.check)
app.add_typer(alerts.app, name="alerts")
app.add_typer(hosting.app, name="hosting")
hotline.app.command("letters")(hotline_letters.letters)
app.add_typer(hotline.app, name="hotline")
hotline.app.add_typer(partners.app, name="partner")
hotline.app.add_typer(partners.platforms_app, name="reporter")
hotline.app.command("files")(hotline_files.files)
app.add_typer(mail.app, name="mail")
app.add_typer(match.app, name="match")
for platform_said in (match_votes.vote, match_votes.votes, match_votes.status):
    match.app.command()(platform_said)
app.add_typer(others.theirs_app, name="theirs")
app.add_typer(takedowns.app, name="notices")
for said in (corrections.challenges, corrections.challenge, corrections.decide):
    hotline.app.command()(said)
others.notices_app.command()(corrections.mail)
for seen in (looks.look, looks.unclear, looks.looking):
    others.notices_app.command()(seen)
app.add_typer(platforms.app, name="platform")
platforms.report_app.command("platform")(report_platform.platform)
platforms.report_app.command()(report_platform.waiting)
platforms.report_app.command("import")(report_platform.import_)
app.add_typer(selfservice.app, name="selfservice")
for told in (report_platform.schema, report_platform.resume, report_platform.export):
    platforms.report_app.command()(told)
app.add_typer(platforms.report_app, name="report")
app.command()(approve.approve)
cases.app.command("erase")(erase.erase)
app.add_typer(store.app, name="store")
app.add_typer(index.app, name="index")
app.add_typer(audit.app, name="audit")
app.add_typer(peer.app, name="peer")
app.add_typer(peer.network_app, name="network")
app.command()(doctor.doctor)
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(bench.bench)
app.command()(serve.serve)
app.command()(demo.demo)
