"""A report that leaves from a node is in its log before it leaves."""

from collections.abc import Callable

from havre.flows.home import Home, durable, log, seal_log
from havre.units.acting import Acting
from havre.units.models import RoleName


def logged(home: Home, acting: Acting) -> Callable[[str, dict[str, object]], None]:
    """Writes down what is about to be done. Raises Refused for whoever may not report."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="report to a hotline or the police")

    def noted(act: str, detail: dict[str, object]) -> None:
        with durable():
            log(home, acting, "disclosure", "cybertip", {"act": act, **detail})
        seal_log(home, acting)

    return noted
