"""What a platform files: a report and the files that go with it, as its engineers write it in JSON, or as XML.

    {"reference": "T-17", "report": {…}, "files": [{"path": "a.jpg", "details": {…}}]}

`details` are those of the schema without `reportId` and `fileId`, which the service gives. A report alone is a filing
without files.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from havre.cybertip.as_json import json_of, of_json
from havre.cybertip.check import Problem, refuse
from havre.cybertip.files import FileDetails
from havre.cybertip.people import IpCaptureEvent
from havre.cybertip.read import read
from havre.cybertip.report import PersonOrUserReported, Report
from havre.cybertip.tree import MOST_BYTES, is_xml
from havre.errors import Invalid

LONGEST_REFERENCE = 200
NO_REFERENCE = f"is no line of at most {LONGEST_REFERENCE} characters"
MOST_FILES = 10_000
FIELDS = frozenset({"reference", "report", "files"})
OF_FILE = frozenset({"path", "details"})
GIVEN = {"reportId": 0, "fileId": "not-yet"}
"""What the service gives; until then, these stand there."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One file that goes with a report."""

    path: str
    """From the folder of the filing, and in it; only one that is `elsewhere` may be named otherwise."""
    details: FileDetails | None = None
    elsewhere: bool = False
    """Whether whoever files it named it on the command line."""

    def described(self, report_id: int, file_id: str) -> FileDetails | None:
        """What is said of it, once the service gave it a number."""
        return None if self.details is None else replace(self.details, report_id=report_id, file_id=file_id)


@dataclass(frozen=True, slots=True)
class Filing:
    """A report with its files."""

    report: Report
    files: tuple[Enclosed, ...] = ()
    reference: str = ""
    """How the platform calls it; empty where it does not."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file says, or what is wrong with it."""

    filing: Filing | None
    problems: list[Problem]
    notes: list[Problem]
    """What was understood in one of several ways, by its place."""
    dropped: list[Problem] = field(default_factory=list)
    """What its XML says and the filing does not, by its place; none of its text."""

    def must_be_right(self) -> Filing:
        """The filing. Raises Invalid with what is wrong."""
        refuse(self.problems)
        assert self.filing is not None
        return self.filing


def parsed(data: bytes) -> Parsed:
    """The filing of a file's bytes. Raises Invalid where it is neither XML nor JSON."""
    if not is_xml(data[:64]):
        return filing_of(json_in(data))
    found = read(data)
    if not isinstance(found.document, Report):
        problems = found.problems or [Problem(found.root, "is no report")]
        return Parsed(None, problems, found.understood, found.dropped)
    return Parsed(Filing(found.document), [], found.understood, found.dropped)


def json_in(data: bytes) -> Any:
    """The JSON of these bytes, in which no field stands twice. Raises Invalid where they are none."""
    if len(data) > MOST_BYTES:
        raise Invalid("this JSON has more than %(most)s bytes", most=MOST_BYTES)
    try:
        return json.loads(data, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise Invalid("this is neither XML nor JSON: %(why)s", why=str(error)[:100]) from error


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Invalid("%(name)s stands twice in one object", name=repr(twice[:80]))
    return made


def filing_of(said: Any, elsewhere: frozenset[str] = frozenset()) -> Parsed:
    """The filing that JSON says, or what is wrong with it. No file lies outside its folder but those `elsewhere`."""
    found: list[Problem] = []
    if isinstance(said, Mapping) and "report" not in said:
        said = {"report": said}
    if not isinstance(said, Mapping):
        return Parsed(None, [Problem("report", "is no object")], [])
    found += [Problem(str(name)[:80], "is no field of a filing") for name in said if name not in FIELDS]
    reference = said.get("reference") or ""
    if not _is_reference(reference):
        found.append(Problem("reference", NO_REFERENCE))
    report = of_json(Report, said["report"], "report", found)
    files = said.get("files") or []
    if not isinstance(files, list) or len(files) > MOST_FILES:
        found.append(Problem("files", f"is no list of at most {MOST_FILES}"))
        files = []
    enclosed = tuple(
        _enclosed(each, f"files[{number}]", elsewhere, found) for number, each in enumerate(files, start=1)
    )
    paths = [each.path for each in enclosed if each is not None]
    found += [Problem("files", f"names {path!r} twice") for path in sorted({p for p in paths if paths.count(p) > 1})]
    if found:
        return Parsed(None, found, [])
    return Parsed(Filing(report, tuple(filter(None, enclosed)), str(reference)), [], [])


def _is_reference(said: Any) -> bool:
    return isinstance(said, str) and len(said) <= LONGEST_REFERENCE and said.isprintable()


def called(filing: Filing, reference: str) -> Filing:
    """The filing under this reference. Raises Invalid where it is none, or it has another."""
    refuse([] if _is_reference(reference) else [Problem("reference", NO_REFERENCE)])
    if filing.reference not in ("", reference):
        raise Invalid("the report says itself that it is %(reference)s", reference=filing.reference)
    return replace(filing, reference=reference)


def _enclosed(said: Any, place: str, elsewhere: frozenset[str], found: list[Problem]) -> Enclosed | None:
    before = len(found)
    if not isinstance(said, Mapping):
        found.append(Problem(place, "is no object"))
        return None
    found += [Problem(f"{place}/{str(name)[:80]}", "is no field of a file") for name in said if name not in OF_FILE]
    path = said.get("path")
    if not isinstance(path, str) or not path.strip("/") or "\x00" in path:
        found.append(Problem(f"{place}/path", "is no name of a file"))
    elif path not in elsewhere and (path.startswith("/") or ".." in PurePosixPath(path).parts):
        found.append(Problem(f"{place}/path", "leads out of the folder of the report: only --media may"))
    details = said.get("details")
    made = None
    if details is not None:
        given = isinstance(details, Mapping) and sorted(GIVEN.keys() & details.keys())
        found += [Problem(f"{place}/details/{name}", "is given by the service") for name in given or ()]
        full = GIVEN | dict(details) if isinstance(details, Mapping) else details
        made = of_json(FileDetails, full, f"{place}/details", found)
    return Enclosed(str(path), made, path in elsewhere) if len(found) == before else None


def as_json(filing: Filing) -> dict[str, Any]:
    """A filing as JSON, as `filing_of` reads it."""
    files: list[dict[str, Any]] = []
    for each in filing.files:
        details = json_of(each.details) if each.details is not None else None
        given = {name: value for name, value in (details or {}).items() if name not in GIVEN}
        files.append({"path": each.path} | ({"details": given} if details is not None else {}))
    return {"reference": filing.reference, "report": json_of(filing.report), "files": files}


# ---- what somebody else knows of it ----


def enriched(filing: Filing, more: Any) -> Filing:
    """The filing with what was found out since, in the same form. Raises Invalid where that contradicts it.

    Only additions count: what is not there is added, lists grow by what they do not hold, nothing is replaced. Accounts
    are the same by their `espIdentifier` or `screenName`, and are added to.
    """
    if more is None:
        return filing
    if not isinstance(more, Mapping):
        raise Invalid("what was found out is no JSON object")
    said = as_json(filing)
    files = more.get("files") or []
    if not isinstance(files, list) or not all(isinstance(each, Mapping) for each in files):
        raise Invalid("what was found out of files is no list of objects")
    rest = {name: value for name, value in more.items() if name != "files"}
    whole = _added(said, rest, "")
    by_path = {each["path"]: each for each in whole["files"]}
    for each in files:
        path = str(each.get("path"))
        by_path[path] = _added(by_path.get(path, {"path": path}), each, f"files {path}/")
    return filing_of(whole | {"files": list(by_path.values())}, elsewhere(filing)).must_be_right()


def elsewhere(filing: Filing) -> frozenset[str]:
    """The files that the command line named, wherever they lie."""
    return frozenset(each.path for each in filing.files if each.elsewhere)


def _added(said: dict[str, Any], more: Mapping[str, Any], place: str) -> dict[str, Any]:
    whole = dict(said)
    for name, value in more.items():
        whole[name] = _joined(said[name], value, f"{place}{name}") if said.get(name) else value
    return whole


def _joined(one: Any, other: Any, place: str) -> Any:
    if isinstance(one, dict) and isinstance(other, Mapping):
        return _added(one, other, f"{place}/")
    if isinstance(one, list) and isinstance(other, list):
        return _listed(one, other, place)
    if one != other and other is not None:
        raise Invalid("what was found out contradicts the report: %(place)s", place=place)
    return one


def _listed(one: list[Any], other: list[Any], place: str) -> list[Any]:
    whole = list(one)
    for each in other:
        same = next((number for number, there in enumerate(whole) if _same_account(there, each)), None)
        if same is not None:
            whole[same] = _added(whole[same], each, f"{place}[{same + 1}]/")
        elif each not in whole:
            whole.append(each)
    return whole


def _same_account(one: Any, other: Any) -> bool:
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return False
    return any(
        one.get(name) is not None and one.get(name) == other.get(name) for name in ("espIdentifier", "screenName")
    )


# ---- what is missing ----


def missing(filing: Filing) -> list[Problem]:
    """What whoever gets the report needs to act on it, and is not told. None of it is wrong."""
    return [Problem(*each) for each in (*_of_report(filing.report), *_of_files(filing))]


def _of_report(report: Report) -> Iterator[tuple[str, str]]:
    reporter = report.reporter
    emails = reporter.reporting_person.email or (reporter.contact_person and reporter.contact_person.email)
    if not emails:
        yield "report/reporter", "names no e-mail at which to ask"
    if not report.internet_details:
        yield "report/internetDetails", "does not say where it happened"
    if not report.person_or_user_reported:
        yield "report/personOrUserReported", "names nobody: no account, no address, no device"
    for number, each in enumerate(report.person_or_user_reported, start=1):
        yield from ((f"report/personOrUserReported[{number}]{place}", why) for place, why in _of_person(each))


def _of_person(who: PersonOrUserReported) -> Iterator[tuple[str, str]]:
    person = who.person_or_user_reported_person
    if not (who.esp_identifier or who.screen_name or (person is not None and (person.email or person.phone))):
        yield "", "is known by no account, mail address or telephone"
    if not who.ip_capture_event:
        yield "/ipCaptureEvent", "names no address from which it came"
    for number, event in enumerate(who.ip_capture_event, start=1):
        yield from ((f"/ipCaptureEvent[{number}]/{place}", why) for place, why in _of_event(event))


def _of_event(event: IpCaptureEvent) -> Iterator[tuple[str, str]]:
    if event.date_time is None:
        yield "dateTime", "is not told: without it nobody finds whose address it was"
    elif event.port is None and ":" not in event.ip_address:
        yield "port", "is not told: many share an IPv4 address"


def _of_files(filing: Filing) -> Iterator[tuple[str, str]]:
    for each in filing.files:
        details = each.details
        if details is None:
            yield f"files {each.path}", "is not described"
            continue
        if details.file_viewed_by_esp is None:
            yield f"files {each.path}/fileViewedByEsp", "does not say whether a person of yours saw it"
        if details.uploaded_to_esp_timestamp is None:
            yield f"files {each.path}/uploadedToEspTimestamp", "does not say when it was uploaded"
        if not details.original_file_hash:
            yield f"files {each.path}/originalFileHash", "has no digest of what was uploaded"
