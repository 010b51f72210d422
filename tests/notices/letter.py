"""One letter of the tests."""

from dataclasses import replace
from datetime import date
from typing import Any

from havre.notices.letters import Told
from havre.notices.models import Act, Kind, Letter
from tests.cast import NOON

ADDRESS = "https://photos.example/a?b=1"
TOLD = Told(
    Letter.NOTICE,
    "HN-0123-4567-89AB-CDEF",
    1,
    Kind.HOST,
    Act.REMOVE,
    "en",
    "Example Hosting",
    (ADDRESS,),
    NOON,
    date(2026, 3, 1),
    date(2026, 3, 2),
    2,
    sender="Federal Police, BE",
    age="6-9",
    visible=("act", "nudity"),
    produced="camera",
)


def told(**given: Any) -> Told:
    """The same, otherwise in this."""
    return replace(TOLD, **given)
