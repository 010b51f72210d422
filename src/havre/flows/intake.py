"""Take in a source: every file of it is kept, fingerprinted, compared and told what it is, in the order of paths.

Lanes read, decode and seal ahead of one another; this flow alone judges and writes, batch by batch, in order. What
was written is always the beginning of the whole, so that a run that was killed goes on where it ended.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.utils.translation import gettext as _

from havre.cases.models import Case, Intake
from havre.cases.open import must_be_open
from havre.cases.queries import case_for, newest_intake
from havre.exchange.due import due
from havre.flows.alerts import answer_alerts
from havre.flows.ask_standing import answer_standing
from havre.flows.brought import Brought, OnDisk, Survey
from havre.flows.check import check_after
from havre.flows.holding import held
from havre.flows.home import Home, consulted, durable, log, seal_log
from havre.flows.look_further import look_further, seconds
from havre.flows.series import propose_after
from havre.flows.source import holding
from havre.flows.taking import Run, Tell
from havre.matches.queries import Totals, totals_of
from havre.series.regroup import found_in
from havre.units.acting import Acting
from havre.units.models import RoleName

FURTHER = 30.0
"""Seconds that an intake looks for films, sounds, places and cameras of others; `havre work` does the rest."""


def take_in(
    home: Home,
    acting: Acting,
    reference: str,
    source: str | Brought,
    *,
    workers: int,
    again: bool = False,
    later: bool = False,
    series: bool = True,
    begun: Callable[[Intake], None] = lambda _: None,
    tell: Tell = lambda _: None,
) -> Totals:
    """Take a source into a case and say what it holds; an unfinished intake of the same source goes on.

    One that had finished, of a source unchanged since, is only summed up again, unless `again` starts another. With
    `later`, films and sounds are kept and not looked into, and pictures are compared by their PDQ alone, until
    `havre work` does the rest. `begun` is told which intake it is. At the end proposed `series` are brought up to
    date, unless work is left that may change them.
    """
    acting.must_be(RoleName.ANALYST, to="take in material")
    case = case_for(acting.person, reference)
    must_be_open(case)
    home.sandbox.begin()
    brought = OnDisk(source) if isinstance(source, str) else source
    survey = brought.survey(home)  # (1) is it there, has it changed
    intake, goes_on = begin(home, acting, case, brought.name, survey, again)  # (2) a new run, or the one to continue
    begun(intake)
    if goes_on:
        with alone(home, intake):
            run = Run(home, acting, intake, brought, workers, survey.files, tell, later)
            run.work()  # (3) bytes -> media -> fingerprints -> outcomes
            finish(home, acting, intake, survey, run.seconds())  # (4) nothing happened until it is written down
    else:
        consulted(home, acting, thing_of(intake))
    totals = totals_of(acting.person, intake)
    if series and not later:
        totals = replace(totals, series=propose_after(home, acting).proposed)  # (5) what belongs together
    answer_standing(home, acting)  # (6) what somebody waits for
    check_after(home, acting)  # (7) what others hold already
    look_further(home, acting, seconds(FURTHER))  # (8) the same by what takes longer, a while
    answer_alerts(home, acting)  # (9) alerts, of both
    return totals


def thing_of(intake: Intake) -> str:
    """How the log calls an intake."""
    return f"intake {intake.pk} of case {intake.case.reference}"


@contextmanager
def alone(home: Home, intake: Intake) -> Iterator[None]:
    """Hold an intake for this process; the hold ends with the process, however it ends.

    Raises Refused while another process works on it.
    """
    otherwise = _("%(thing)s is running in another process: wait for it to end") % {"thing": thing_of(intake)}
    with held(home, f"intake-{intake.pk}", fcntl.LOCK_EX, otherwise):
        yield


def begin(home: Home, acting: Acting, case: Case, path: str, survey: Survey, again: bool) -> tuple[Intake, bool]:
    """The intake to work on, and whether there is anything left to do."""
    newest = newest_intake(acting.person, case, path)
    if newest is not None and newest.finished_at is None:
        return newest, True
    if newest is not None and not again and bytes(newest.listing) == survey.listing:
        return newest, False
    with durable():
        intake = Intake.objects.create(
            case=case,
            path=path,
            begun_at=acting.now(),
            begun_by=acting.person,
            listing=b"",
            salt=os.urandom(32),
            total=survey.files,
        )
        log(home, acting, "change", thing_of(intake), {"act": "begun", "path": path})
    return intake, True


def finish(home: Home, acting: Acting, intake: Intake, survey: Survey, seconds: float) -> None:
    """The intake has ended: its listing tells later whether the source changed since, and what series hold of it was
    found when it began, where that is earlier."""
    with holding(acting.unit):
        intake.finished_at = acting.now()
        intake.listing = survey.listing
        intake.seconds += seconds
        intake.save(update_fields=["finished_at", "listing", "seconds"])
        totals = totals_of(acting.person, intake)
        due(acting.unit, acting.now())
        log(home, acting, "change", thing_of(intake), {"act": "finished", **totals.outcomes})
        found_in(intake)  # with the turn: whoever works on a series has it and the series
    seal_log(home, acting)
