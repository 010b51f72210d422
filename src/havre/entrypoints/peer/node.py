"""The home that this process serves; imported before Django is configured."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from havre.flows.home import Home

_served: list["Home"] = []


def serve(home: "Home") -> None:
    """Answer for this home from now on."""
    _served[:] = [home]


def home() -> "Home":
    """The home that is served."""
    return _served[0]
