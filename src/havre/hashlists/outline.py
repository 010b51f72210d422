"""What a folder of lists reads of a line to keep it and find it: who it is, whether it stands, by what it is found.

Lists change by tens of thousands of lines while uploads are asked for, so a line as `lines.line_of` writes it is read
in one look, and what many entries have alike is checked once. Any other line is read by `lines.entry_of`, the truth:
whatever that refuses is refused here.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from havre.errors import Invalid
from havre.hashlists.entry import LARGEST, MOST_SIGNALS, Entry, Signal
from havre.hashlists.lines import LONGEST_LINE, entry_of

_NUMBER = "(0|[1-9][0-9]{0,15})"
_TRUTH = "(?:true|false)"
_SIGNAL = r'\["[a-z0-9]{1,20}","[0-9.]{1,20}","[0-9a-f]{1,128}"\]'
_AS_WRITTEN = re.compile(
    rf'{{"added":{_NUMBER},"baseline":{_TRUTH},"categories":({{[^{{}}]*}}),"changed":{_NUMBER},"confirmed":{_NUMBER}'
    rf',"disputed":{_TRUTH},"generated":{_TRUTH},"kind":("[a-z]{{1,20}}"),"labels":(\[[^\[\]]*\]),"number":{_NUMBER}'
    rf',"retracted":({_TRUTH}),"reviewed":{_TRUTH},"signals":(\[{_SIGNAL}(?:,{_SIGNAL})*\]),"version":{_NUMBER}}}\n?',
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Outline:
    """An entry as far as it must be known to keep its line."""

    number: int
    version: int
    retracted: bool
    signals: tuple[Signal, ...]


def outline_of(line: bytes) -> Outline:
    """The outline of a line's entry. Raises Invalid where `entry_of` does."""
    try:
        found = _AS_WRITTEN.fullmatch(line.decode("ascii")) if len(line) <= LONGEST_LINE else None
    except UnicodeDecodeError:
        found = None
    outline = _read(*found.groups()) if found else None
    return outline or outlined(entry_of(line))


def outlined(entry: Entry) -> Outline:
    """The outline of an entry."""
    return Outline(entry.number, entry.version, entry.retracted, entry.signals)


def _read(
    added: str,
    categories: str,
    changed: str,
    confirmed: str,
    kind: str,
    labels: str,
    number: str,
    retracted: str,
    signals: str,
    version: str,
) -> Outline | None:
    """The outline of what stands in a line; nothing where it may be wrong, so that the truth says why."""
    at, of = int(number), int(version)
    if not (0 < at <= LARGEST and 0 < of <= LARGEST and int(confirmed) <= LARGEST and int(added) <= int(changed)):
        return None
    if int(changed) > LARGEST or not _right(categories, kind, labels):
        return None
    try:
        read = tuple([_signal(each) for each in signals[3:-3].split('"],["')])
    except Invalid:
        return None
    if len(read) > 1 and (len(read) > MOST_SIGNALS or len(set(read)) < len(read)):
        return None
    return Outline(at, of, retracted == "true", read)


def _signal(words: str) -> Signal:
    method, version, value = words.split('","')
    return Signal(method, value, version)


@lru_cache(maxsize=4_096)
def _right(categories: str, kind: str, labels: str) -> bool:
    """Whether an entry may say this of itself."""
    said = (
        f'{{"number":1,"version":1,"signals":[["md5","1","{"0" * 32}"]],"kind":{kind},"labels":{labels},'
        f'"categories":{categories},"baseline":false,"generated":false,"reviewed":true,"confirmed":0,"disputed":false,'
        '"added":0,"changed":0,"retracted":false}'
    )
    try:
        entry_of(said.encode("ascii"))
    except Invalid:
        return False
    return True
