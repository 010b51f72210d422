"""`havre work`: what intakes left for later."""

import math
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, interactive, now, opened, opened_home

if TYPE_CHECKING:
    from havre.flows.home import Home
    from havre.flows.work import Tell


def work(
    context: typer.Context,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many media.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Desks at work; one a core otherwise.")] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on for ever, with intakes that were asked for on pages first.")
    ] = False,
) -> None:
    """Look into what `havre intake --later` left: films, sounds, features; judge what that changes; ask peers."""
    if watch:
        _watch(context, workers or len(os.sched_getaffinity(0)))
        return
    with opened(context, decoding=True) as (home, acting):
        from havre.flows.work import work as work_on

        with _told(not asked(context).json) as tell:
            done = work_on(home, acting, limit=limit, workers=workers or len(os.sched_getaffinity(0)), tell=tell)
        exchanged = _exchange(home)
        done |= {"network": exchanged} if exchanged else {}
        tended = _tended(home)
        done |= {"board": tended} if any(tended.values()) else {}
        done |= _at_the_hotline(home)
        done |= _mailed(home)
        if asked(context).json:
            answers.say_json(done)
            return
        answers.say(f"{done['done']:,} media looked into, {done['changed']:,} items changed their outcome")
        if done["failed"]:
            answers.warn(f"{done['failed']:,} failed and will be tried again")
        for name, passed in exchanged.items():
            answers.say(f"{name}: {passed['sent']:,} messages sent, {passed['acknowledged']:,} acknowledged")
            if passed["trouble"]:
                answers.warn(f"{name}: {passed['trouble']}")
        if done.get("mail", {}).get("failed"):
            answers.warn(f"{done['mail']['failed']:,} mails were not taken, and will be tried again")
        if done["waiting"]:
            answers.say(f"{done['waiting']:,} still wait: run `havre work` again")


def _exchange(home: "Home") -> dict[str, dict[str, Any]]:
    """What waits for other nodes is told to them, where there are any."""
    from havre.flows.exchanging import exchange_once

    return {name: asdict(passed) for name, passed in exchange_once(home, now, everyone=True).items()}


def _tended(home: "Home") -> dict[str, int]:
    """What peers told is compared with what is held here; what is over goes, and late alerts escalate."""
    from havre.flows.exchanging import check_what_came, look_a_while
    from havre.flows.stacks_follow import Following
    from havre.flows.tend import tend

    check_what_came(home, now)
    Following().look()
    look_a_while(home, now, math.inf)
    return tend(home, now).to_json()


def _at_the_hotline(home: "Home") -> dict[str, Any]:
    """Letters of the public are taken in, answers read, deadlines kept, letters sent; what of it there was."""
    from havre.flows.hotline_at_work import once

    return dict(once(home, now))


def _mailed(home: "Home") -> dict[str, Any]:
    """Who wants mail is told that something waits, where a server for mail is set."""
    from havre.flows.mail import mail_waiting

    return {"mail": asdict(mail_waiting(home, now))} if home.settings.mail is not None else {}


def _watch(context: typer.Context, workers: int) -> None:
    """Everything that waits, for whoever asked for it; a signal to end is heard between two batches."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with opened_home(context) as home:
        from havre.flows.exchanging import exchanging
        from havre.flows.hotline_at_work import at_work
        from havre.flows.watch import watch

        with exchanging(home, now, answers.warn), at_work(home, now, answers.warn):
            watch(home, now, workers=workers, wait=over.wait, tell=answers.warn)


@contextmanager
def _told(wanted: bool) -> Iterator["Tell"]:
    if not (wanted and interactive()):
        yield lambda _done, _total: None
        return
    columns = (TextColumn("Working"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=answers.err, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=max(done, total))
