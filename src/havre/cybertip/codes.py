"""What the service answers, and what that asks of whoever sends (formats.md c2)."""

from collections.abc import Mapping
from enum import StrEnum


class Then(StrEnum):
    """What follows an answer."""

    DONE = "done"
    AGAIN = "again"
    """The service has trouble: the same is asked once more, later."""
    ANEW = "anew"
    """What was sent is gone at the service: the report is sent anew."""
    OVER = "over"
    """The report is finished or taken back at the service: whether that was us, we know."""
    PERSON = "person"
    """Somebody must mend the report, the credential or the address."""


CODES: Mapping[int, tuple[Then, str]] = {
    0: (Then.DONE, "done"),
    1000: (Then.AGAIN, "the service has a fault"),
    1100: (Then.AGAIN, "the service could not save it"),
    1110: (Then.AGAIN, "the service could not take the file"),
    1111: (Then.AGAIN, "the service could not take the file"),
    1210: (Then.PERSON, "the service knows nothing of that name: the address is wrong"),
    1300: (Then.AGAIN, "the service could not change it"),
    2000: (Then.PERSON, "the service wants another user or password"),
    3000: (Then.PERSON, "this user may not do that"),
    3100: (Then.PERSON, "this user may not submit reports"),
    3300: (Then.PERSON, "this user may not change this report"),
    4000: (Then.PERSON, "the service does not understand the request"),
    4100: (Then.PERSON, "the service finds a fault in the report"),
    4110: (Then.PERSON, "the service can't read the XML"),
    4200: (Then.PERSON, "the service can't read the file"),
    5001: (Then.ANEW, "the service has no such report"),
    5002: (Then.ANEW, "the service has no such file"),
    5101: (Then.OVER, "the report was taken back"),
    5102: (Then.OVER, "the report is finished"),
}
"""Every code that the documentation names."""

UNKNOWN = (Then.PERSON, "the service answers with a code that is not documented")

AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses of HTTP without a document that say: later (RFC 9110, 15.6; RFC 6585)."""

STATUS: Mapping[int, int] = {401: 2000, 403: 3000, 404: 1210, 413: 4200}
"""Statuses of HTTP without a document, as codes."""


def then(code: int) -> tuple[Then, str]:
    """What follows this code, and what it means."""
    return CODES.get(code, UNKNOWN)


def code_of_status(status: int) -> int:
    """The code that a status of HTTP without a document stands for."""
    return STATUS.get(status, 1000 if status in AGAIN else 4000)
