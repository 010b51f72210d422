"""What a platform found goes to a hotline or the police: opened, uploaded, described, finished (decision 0258).

Killed at any moment and run again, it ends the same. Only the end of a report makes it one: what is opened and not
finished the service deletes. So whatever can't be known to have arrived once is taken back and sent anew; the end
itself is asked for until the service says that it is finished.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from havre.cybertip.codes import Then, then
from havre.cybertip.files import ReportDoneResponse
from havre.cybertip.filing import Filing
from havre.cybertip.life import ASKED, OPEN, Event, Round, Standing, What, go_on, kept_until
from havre.errors import HavreError, Invalid, NotFound, Refused, Unavailable
from havre.flows import cybertip_line as at
from havre.flows.cybertip_alike import must_be_another
from havre.flows.cybertip_journal import Journal, events_in, folders_in, held, key_of
from havre.flows.cybertip_known import Known, known
from havre.flows.cybertip_line import Answer, NeverLeftError, PerhapsError, Tipline
from havre.flows.cybertip_prepare import Hook, Media, Ready, described_of, kept_ready, made_ready, standing
from havre.flows.cybertip_waiting import forget

PAUSES = (1.0, 5.0)
"""Seconds before the same is asked a second and a third time."""
MOST_ROUNDS = 3
"""Reports that are opened in one run; then somebody looks."""

Clock = Callable[[], datetime]
Noted = Callable[[str, dict[str, object]], None]
"""Writes down what is about to be done, before it is."""


class AnewError(Exception):
    """This report at the service is given up; the next is opened."""


@dataclass(frozen=True, slots=True)
class World:
    """What is outside: the clock, waiting, where one writes down, and whom one asks."""

    now: Clock
    pause: Callable[[float], None]
    noted: Noted = lambda _act, _detail: None
    enrich: Hook | None = None
    preserve: Hook | None = None
    tell: bool = False
    """Whether the service is told until when it is kept."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A report that is finished."""

    report: int
    finished: datetime
    files: dict[str, str]
    """The service's number of each file."""
    missing: tuple[str, ...]
    until: date
    """The last day on which the platform must have it."""
    preserved: bool
    """Whether the platform's own command said that it is kept."""
    again: bool
    """Whether it had been finished before: nothing was sent now."""

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        told = {"report": self.report, "state": "finished", "finished_at": self.finished.isoformat()}
        told |= {"files": self.files, "missing_files": list(self.missing), "keep_until": self.until.isoformat()}
        return told | {"preserved": self.preserved, "sent_before": self.again}


def send_report(
    filing: Filing, folder: Path, root: Path, service: Tipline, world: World, *, partial: bool = False
) -> Sent:
    """File a report, or go on where that ended. Files are named from `folder`; the journal lies under `root`.

    Raises Refused where files are missing, unless it is `partial`.
    """
    forget(root, world.now())
    what = known(filing, folder)
    with held(root, key_of(service.address, what.name)) as journal:
        errand = Errand(journal, service, world)
        done = errand.standing.finished
        if done is not None and not what.was(errand.standing.prepared):
            raise Refused(
                "%(reference)s was reported before, as %(report)s: what is new goes into a report of its own, under"
                " another reference",
                reference=filing.reference or "this",
                report=done.report,
            )
        if done is None and not journal.events:
            must_be_another(root, service.address, journal.folder.name, filing, folder)
        if done is None:
            errand.prepare(filing, what, folder, partial=partial)
            errand.file()
        return errand.sent(again=done is not None)


def retract_report(root: Path, service: Tipline, world: World, *, name: str = "", report: int = 0) -> int:
    """Take back what is not finished, by what it is known or its number at the service.

    That number; 0 where nothing of it is open there: then it is only not sent any more.
    """
    forget(root, world.now())
    key = _key_of_number(root, service, report) if report else key_of(service.address, name)
    with held(root, key) as journal:
        errand = Errand(journal, service, world)
        last = errand.standing.last
        if last is not None and last.state == "finished":
            raise Refused("report %(report)s is finished: only the service itself can take it back", report=last.report)
        there = last is not None and last.state in OPEN
        if last is not None and there:
            errand.take_back(last, said=ASKED)
        elif errand.ready is not None:
            errand.write(What.DROPPED, report=0)
        else:
            raise NotFound("no report of this is open at the service, and none waits to be sent")
        journal.forget()
        return last.report if last is not None and there else 0


def _key_of_number(root: Path, service: Tipline, report: int) -> str:
    for folder in folders_in(root):
        with suppress(HavreError):  # one that was altered costs no other
            opened = [each for each in events_in(folder) if each.what is What.OPENED]
            if opened and (opened[-1].report, opened[-1].said) == (report, service.address):
                return folder.name
    raise NotFound("no journal here is of report %(report)s at this service", report=report)


@dataclass
class Errand:
    """One report on its way."""

    journal: Journal
    service: Tipline
    world: World
    ready: Ready | None = field(init=False)
    standing: Standing = field(init=False)
    """How far it is, by its journal."""

    def __post_init__(self) -> None:
        self.ready = kept_ready(self.journal)
        self.standing = standing(self.journal, self.ready)

    @property
    def last(self) -> Round:
        """The report at the service."""
        found = self.standing.last
        assert found is not None
        return found

    def write(self, what: What, **more: Any) -> None:
        """One more line of the journal."""
        last = self.standing.last
        number = last.report if last is not None else 0
        event = Event(what, self.world.now(), **({"report": number} | more))
        self.journal.write(event)
        go_on(self.standing, event, len(self.ready.media) if self.ready else 0, described_of(self.ready))

    # ---- the story ----

    def prepare(self, filing: Filing, what: Known, folder: Path, *, partial: bool) -> None:
        """Make ready what is sent, unless just that is on its way; what was on its way and changed is taken back."""
        last = self.standing.last
        under_way = last is not None and last.state in OPEN
        begun = self.ready
        if begun is not None and last is not None and under_way and begun.source.startswith(f"{what.said}."):
            whole = not begun.missing or (partial and begun.source == what.source)
            if whole or last.finishing:
                return
        ready = made_ready(filing, what.source, folder, self.world.enrich, partial=partial)
        if last is not None and under_way:
            self.give_up(last)
        self.journal.keep(ready.to_json() | {"to": self.service.address})
        self.ready, self.standing = ready, standing(self.journal, ready)
        self.write(What.PREPARED, said=what.source, report=0)

    def file(self) -> None:
        """Open it where it is not, send what is not there, and finish it."""
        for _ in range(MOST_ROUNDS):
            try:
                self._open()
                self._upload()
                self._describe()
                self._finish()
                return
            except AnewError:
                continue
        raise Unavailable("the report was given up %(times)s times: run this again later", times=MOST_ROUNDS)

    def _open(self) -> None:
        last = self.standing.last
        if last is not None and last.state in OPEN:
            if last.finishing:
                return  # whether it is finished, the service says; no clock of ours does
            if not (last.leaving or last.retracting) and self.world.now() < last.lapses_at:
                return
            self.give_up(last)
        assert self.ready is not None
        report = self.ready.filing.report
        self.world.noted("sending", {"to": self.service.host, "files": len(self.ready.media)})
        answer = self._settled("submit", self._asked("submit", lambda: self._submit(report)))
        if answer.report_id is None:
            raise self._trouble(Unavailable("the service opened a report and gave it no number"))
        self.write(What.OPENED, report=answer.report_id, said=self.service.address)

    def _submit(self, report: Any) -> Answer:
        self.write(What.OPENING, report=0)
        return at.submit(self.service, report)

    def _upload(self) -> None:
        assert self.ready is not None
        for number, media in enumerate(self.ready.media, start=1):
            if number not in self.last.files:
                self._upload_one(number, media)

    def _upload_one(self, number: int, media: Media) -> None:
        last = self.last

        def send() -> Answer:
            left = partial(self.write, What.LEAVING, file=number)
            answer = at.upload(self.service, last.report, media.path, media.md5, left)
            if then(answer.response_code)[0] is not Then.DONE:
                self.write(What.NOT_TAKEN, file=number)
            return answer

        try:
            if not media.path.is_file():
                raise at.ChangedError
            answer = self._settled("upload", self._asked("upload", send, doubtful=False))
        except at.ChangedError:
            raise self._trouble(
                Refused(
                    "the file %(path)s is not what it was when the report was made ready: take the report back with"
                    " --retract, then send it again",
                    path=media.enclosed.path,
                ),
                f"file {number} is not what it was when the report was made ready",
            ) from None
        except PerhapsError:
            self.give_up(last)  # it may be there, and must not be there twice
            raise AnewError from None
        assert not isinstance(answer, ReportDoneResponse)
        if answer.file_id is None or (answer.hash or media.md5).lower() != media.md5:
            self.give_up(last)
            raise AnewError
        self.write(What.UPLOADED, file=number, file_id=answer.file_id)

    def _describe(self) -> None:
        assert self.ready is not None
        for number in sorted(self.ready.described - self.last.described):
            last = self.last
            details = self.ready.media[number - 1].enclosed.described(last.report, last.files[number])
            assert details is not None
            self._settled("fileinfo", self._asked("fileinfo", partial(at.fileinfo, self.service, details)))
            self.write(What.DESCRIBED, file=number)

    def _finish(self) -> None:
        last = self.last
        if not last.finishing:
            self.write(What.FINISHING)
        answer = self._asked("finish", lambda: at.finish(self.service, last.report))
        if answer.response_code != 5102:
            self._settled("finish", answer)
        self.write(What.FINISHED)
        if isinstance(answer, ReportDoneResponse) and set(answer.files.file_id) != set(last.files.values()):
            self.write(What.TROUBLE, said="the service names other files than were sent: ask it which it has")
        self.world.noted("finished", {"to": self.service.host, "report": last.report})

    def sent(self, *, again: bool) -> Sent:
        """What was finished; the platform's own command keeps it, and is asked again until it says so."""
        found, ready = self.standing.finished, self.ready
        assert found is not None
        assert found.over_at is not None
        until = kept_until(found.over_at.date())
        names = dict(enumerate((each.enclosed.path for each in ready.media) if ready else (), start=1))
        numbers = {names.get(number, str(number)): file_id for number, file_id in found.files.items()}
        if self.world.preserve is not None and not self.standing.preserved and ready is not None:
            files = [
                {"path": str(each.path), "fileId": numbers.get(each.enclosed.path), "sha256": each.sha256}
                for each in ready.media
            ]
            told = {"reportId": found.report, "finishedAt": found.over_at.isoformat(), "keepUntil": until.isoformat()}
            try:
                self.world.preserve(told | {"files": files})
                if self.world.tell:
                    at.preserved(self.service, found.report, until)
                self.write(What.PRESERVED, said=until.isoformat(), report=found.report)
            except HavreError as error:
                self.write(What.TROUBLE, said=str(error), report=found.report)
        kept = bool(self.standing.preserved)
        return Sent(found.report, found.over_at, numbers, ready.missing if ready else (), until, kept, again)

    # ---- when something is in the way ----

    def give_up(self, last: Round) -> None:
        """What is open and can't be gone on with: lapsed where its time is over, else taken back."""
        if last.finishing or self.world.now() < last.lapses_at:
            self.take_back(last)
        else:
            self.write(What.LAPSED)

    def take_back(self, last: Round, said: str = "") -> None:
        """Take the report back; that it is gone already is as good. Raises Refused where it is finished."""
        self.write(What.RETRACTING, said=said or (ASKED if last.wanted_back else ""))
        answer = self._asked("retract", lambda: at.retract(self.service, last.report))
        follows, meaning = then(answer.response_code)
        if answer.response_code == 5102:
            if last.finishing:  # so that is what became of the end that was not answered
                self.write(What.FINISHED)
            raise self._trouble(Refused("report %(report)s: %(why)s at the service", report=last.report, why=meaning))
        if follows is Then.PERSON:
            self._settled("retract", answer)
        self.write(What.RETRACTED)

    def _asked(self, step: str, ask: Callable[[], Answer], *, doubtful: bool = True) -> Answer:
        """The service's answer, asked for again while it has trouble or none comes.

        Where it is `doubtful` whether it arrived it is asked again too, unless that would do it twice.
        """
        why = kept = ""
        for pause in (*PAUSES, None):
            try:
                answer = ask()
                if then(answer.response_code)[0] is not Then.AGAIN:
                    return answer
                kept = str(answer.response_code)
                why = f"{kept} {_described(answer)}".strip()
            except NeverLeftError as error:
                why, kept = str(error), "no answer"
            except PerhapsError as error:
                if not doubtful:
                    raise
                why, kept = str(error), "no answer"
            if pause is not None:
                self.world.pause(pause)
        raise self._trouble(
            Unavailable(
                "%(step)s: the service does not take it now (%(why)s): nothing was lost, run this again",
                step=step,
                why=why,
            ),
            f"{step}: the service does not take it now ({kept})",
        )

    def _settled(self, step: str, answer: Answer) -> Answer:
        """The answer where all is well. Raises AnewError where the report is gone, else what a person must do."""
        code = answer.response_code
        follows, meaning = then(code)
        if follows is Then.DONE:
            return answer
        last = self.standing.last
        if follows is Then.ANEW and last is not None and last.state in OPEN:
            if code == 5001:
                self.write(What.LAPSED)
            else:
                self.give_up(last)
            raise AnewError
        if code == 5101 and last is not None and last.state in OPEN:
            self.write(What.RETRACTED)
        kind = Refused if 2000 <= code < 4000 or follows is Then.OVER else Invalid
        said = _described(answer)
        raise self._trouble(
            kind(
                "%(step)s: %(meaning)s (%(code)s%(said)s)",
                step=step,
                meaning=meaning,
                code=code,
                said=f": {said}" if said else "",
            ),
            f"{step}: {meaning} ({code})",
        )

    def _trouble(self, error: HavreError, kept: str = "") -> HavreError:
        """Written down, for whoever looks what waits; what may repeat the report is not `kept`."""
        self.write(What.TROUBLE, said=(kept or str(error))[:500])
        return error


def _described(answer: Answer) -> str:
    said = "" if isinstance(answer, ReportDoneResponse) else answer.response_description
    return " ".join("".join(sign if sign.isprintable() else " " for sign in said).split())[:300]
