"""An analyst's word on whether a series here and one of another source are the same, where pictures only look alike."""

from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.exchange.queries import notice_for, theirs_for
from havre.exchange.rules import reference
from havre.exchange.support import agreeing
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.flows.tell_countries import said_same
from havre.restrictions.visible import visible_to
from havre.series.queries import series_for
from havre.units.acting import Acting
from havre.units.models import RoleName


@dataclass(frozen=True, slots=True)
class Said:
    """Of how many media it was said, and what the series is now."""

    series: str
    theirs: str
    same: bool
    media: int
    life: str

    def to_json(self) -> dict[str, object]:
        """The fields of the command line."""
        return asdict(self)


def answer_alike(home: Home, acting: Acting, number: int, *, same: bool) -> Said:
    """The same, to the notice that asks. Raises Invalid where it asks nothing, NotFound where there is none."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="say whether two series are the same")
    notice = notice_for(acting.person, number, acting.now())
    if notice.series is None or "alike" not in notice.told:
        raise Invalid(_("nobody asks there whether two series are the same"))
    return say_same(home, acting, notice.series.reference, str(notice.told.get("reference", "")), same=same)


def say_same(home: Home, acting: Acting, ours: str, theirs: str, *, same: bool) -> Said:
    """What agrees of both is the same, or it is not: the series follows what others say of theirs, or no more.

    Raises Invalid where nothing of the two agrees.
    """
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="say whether two series are the same")
    now = acting.now()
    with durable():
        take_turn()
        series, row = series_for(acting.person, ours), theirs_for(acting.person, theirs, now)
        pairs = visible_to(acting.person, agreeing(series, row.ref, now))
        media = pairs.update(said=same)
        called = {"series": series.reference, "theirs": reference(row)}
        if not media:
            raise Invalid(_("no file of %(series)s agrees with %(theirs)s: `havre check` lists what does") % called)
        detail = {"act": "said to be the same" if same else "said not to be the same", "with": called["theirs"]}
        log(home, acting, "change", f"series {series.reference}", detail | {"media": media})
        said_same(home, series, row.ref, now)
        seal_log(home, acting)
    series.refresh_from_db()
    return Said(**called, same=same, media=media, life=series.life)
