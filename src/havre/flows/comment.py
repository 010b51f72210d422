"""People talk about a series; what they say stays in their unit unless one of it says who else may read it, and out of
the log."""

from havre.flows.home import Home, log
from havre.flows.series import thing_of, working_on
from havre.series.comments import comment, withdraw
from havre.series.models import Comment
from havre.series.queries import comment_for
from havre.series.united import united
from havre.units.acting import Acting


def say(home: Home, acting: Acting, named: str, text: str) -> Comment:
    """Write down what somebody says of a series; the log has that it was said, not what."""
    with working_on(home, acting, named, "comment on series") as series:
        said = comment(series, text, acting.person, acting.now())
        log(home, acting, "change", thing_of(series), {"act": "commented", "comment": said.pk})
    return said


def take_back(home: Home, acting: Acting, named: str, number: int) -> Comment:
    """Nobody is shown this comment any more."""
    with working_on(home, acting, named, "withdraw comments") as series:
        said = comment_for(acting.person, united(series), number)
        first = withdraw(said, acting.person, acting.now())
        detail = {"act": "comment withdrawn", "comment": said.pk, "before": not first}
        log(home, acting, "change", thing_of(series), detail)
    return said
