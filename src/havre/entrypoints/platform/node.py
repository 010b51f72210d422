"""What this process serves, and its clock; imported before Django is configured."""

from datetime import UTC, datetime

from havre.settings import Front

_served: list[Front] = []


def serve(front: Front) -> None:
    """Answer for this front from now on."""
    _served[:] = [front]


def front() -> Front:
    """The front that is served."""
    return _served[0]


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)
