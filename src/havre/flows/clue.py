"""Clues of a series: drawn, added to, withdrawn; and their crops, which a second person must look at first.

A crop may leave the unit. So it is made of the original in the sandbox, sealed, and veiled until somebody other than
whoever asked for it said that nobody is in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from havre.care.queries import looked_at_crop
from havre.errors import Invalid, Refused
from havre.flows import reveal
from havre.flows.home import Home, consulted, durable, log, seal_log
from havre.flows.reveal import Asked
from havre.flows.series import thing_of, working_on
from havre.linking.countries import Constraint, Where, where
from havre.media.decode.outcomes import Cropped, Failed
from havre.media.keep import kept
from havre.media.models import Medium
from havre.media.queries import case_of, sealed_files_for
from havre.series.clues import Drawn, bring_back, draw, region_of, said, suggest, withdraw
from havre.series.crops import Crops
from havre.series.models import Clue, ClueCrop, Series
from havre.series.queries import (
    clue_for,
    clues_of,
    crop_for,
    crops_of,
    member_media,
    member_medium,
    places_of,
    series_for,
)
from havre.series.united import united
from havre.units.acting import Acting
from havre.units.models import RoleName
from havre.units.queries import colleagues

MOST_PLACES = 500
"""Dots on a map: more are no clearer."""
MOST_MEMBERS = 24
"""Members shown at once to draw on."""
LONGEST_RECIPIENT = 200


@dataclass(frozen=True, slots=True)
class Desk:
    """The clue desk of one series."""

    series: Series
    family: Sequence[int]
    """The series and all that became part of it."""
    clues: Sequence[Clue]
    """Those that count, in the order they were drawn."""
    withdrawn: Sequence[Clue]
    crops: Mapping[int, ClueCrop]
    where: Where
    places: Sequence[tuple[float, float]]
    """Longitude and latitude that members state."""
    stage: Medium | None
    """The member to draw on."""
    members: Sequence[Medium]
    """Some members to choose from."""
    more: bool
    """Whether the series has members after these."""

    @property
    def told(self) -> dict[str, object]:
        """What the log is told of it: how many clues, and the crops that are sharp."""
        sharp = (clue.pk for clue in self.clues if clue.pk in self.crops and self.crops[clue.pk].confirmed_at)
        return {"clues": len(self.clues), "crops": sorted(sharp)}


def clue_desk(home: Home, acting: Acting, named: str, on: int = 0, after: int = 0) -> Desk:
    """Everything that clues say of a series, with this member or its first to draw on; what is shown is logged."""
    _may_look(acting)
    desk = read_desk(acting, series_for(acting.person, named), on, after)
    consulted(home, acting, thing_of(desk.series), {"act": "clues", **desk.told})
    return desk


def read_desk(acting: Acting, series: Series, on: int = 0, after: int = 0) -> Desk:
    """The same, for whoever logs the look themselves."""
    family = united(series)
    every = clues_of(acting.person, family)
    crops = crops_of(acting.person, family) if every else {}
    members = member_media(acting.person, series, after, MOST_MEMBERS + 1)
    first = next((clue.medium for clue in every if clue.medium.veil), members[0] if members else None)
    stage = member_medium(acting.person, series, on) if on else first
    counting = [clue for clue in every if clue.withdrawn_at is None]
    return Desk(
        series,
        family,
        counting,
        [clue for clue in every if clue.withdrawn_at is not None],
        crops,
        where(said(counting)),
        places_of(acting.person, series, MOST_PLACES),
        stage,
        members[:MOST_MEMBERS],
        len(members) > MOST_MEMBERS,
    )


# ---- clues ----


def draw_clue(home: Home, acting: Acting, named: str, medium: int, drawn: Drawn, nobody: bool) -> Clue:
    """A new clue on a member. Raises Refused unless whoever draws it says that no person is in the region."""
    if not nobody:
        raise Refused(_("say that no person is in the region: clues are drawn on objects, never on a person"))
    with working_on(home, acting, named, "draw clues") as series:
        found = member_medium(acting.person, series, medium)
        clue = draw(series, found, drawn, acting.person, acting.now())
        detail = {"act": "clue drawn", "clue": clue.pk, "medium": found.pk, "kind": clue.kind}
        log(home, acting, "change", thing_of(series), detail)
    return clue


def suggest_more(home: Home, acting: Acting, named: str, key: int, constraints: Sequence[Constraint]) -> Clue:
    """The clue suggests these instead of what it suggested before."""
    with working_on(home, acting, named, "change clues") as series:
        clue = _clue(acting, series, key)
        suggest(clue, constraints)
        detail = {"act": "clue suggests", "clue": key, "constraints": clue.suggests}
        log(home, acting, "change", thing_of(series), detail)
    return clue


def withdraw_clue(home: Home, acting: Acting, named: str, key: int) -> Clue:
    """The clue counts no more; its crop is gone."""
    with working_on(home, acting, named, "withdraw clues") as series:
        clue = _clue(acting, series, key)
        first = withdraw(clue, acting.person, acting.now())
        ClueCrop.objects.filter(clue=clue).delete()
        log(home, acting, "change", thing_of(series), {"act": "clue withdrawn", "clue": key, "before": not first})
    return clue


def bring_clue_back(home: Home, acting: Acting, named: str, key: int) -> Clue:
    """A withdrawn clue counts again, with what it suggested; a crop of it is made anew."""
    with working_on(home, acting, named, "draw clues") as series:
        clue = _clue(acting, series, key)
        if bring_back(clue):
            log(home, acting, "change", thing_of(series), {"act": "clue brought back", "clue": key})
    return clue


# ---- crops ----


def ask_for_crop(home: Home, acting: Acting, named: str, key: int, nobody: bool) -> ClueCrop:
    """Make the crop of a clue, veiled until a second person confirms it; alone in a unit, one confirms oneself.

    Raises Refused unless whoever asks says that nobody is in it, Invalid where the file cannot be cropped.
    """
    if not nobody:
        raise Refused(_("say that no person is in the crop before it is made"))
    _may_look(acting)
    clue = _clue(acting, series_for(acting.person, named), key)
    if clue.withdrawn_at is not None:
        raise Refused(_("this clue is withdrawn: bring it back first"))
    row = _crops(home, acting).sealed(_cropped(home, acting, clue))
    with working_on(home, acting, named, "make crops") as series:
        if ClueCrop.objects.filter(clue=clue).exists():
            raise Refused(_("there is a crop of this clue already"))
        row.clue, row.asked_by, row.asked_at = clue, acting.person, acting.now()
        alone = not colleagues(acting.person)
        if alone:
            row.confirmed_by, row.confirmed_at = acting.person, acting.now()
        row.save()
        detail = {"act": "crop made", "clue": key, "medium": clue.medium_id, "confirmed_alone": alone}
        log(home, acting, "change", thing_of(series), detail)
    return row


def confirm_crop(home: Home, acting: Acting, named: str, key: int, nobody: bool) -> ClueCrop:
    """A second person looked: nobody is in it.

    Raises Refused for whoever asked for it, for whoever has not looked at it, which a look at the whole picture is
    not, or where that is not said.
    """
    if not nobody:
        raise Refused(_("look at the crop and say that no person is in it"))
    with working_on(home, acting, named, "confirm crops") as series:
        crop = crop_for(acting.person, _clue(acting, series, key))
        if crop.confirmed_by_id is None:
            if crop.asked_by_id == acting.person.pk:
                raise Refused(_("you asked for this crop: another person of your unit must look at it"))
            if not looked_at_crop(acting.person, crop.clue.medium_id, crop.pk):
                raise Refused(_("look at the crop first: hold the key that reveals it, then say what you saw"))
            crop.confirmed_by, crop.confirmed_at = acting.person, acting.now()
            crop.save(update_fields=["confirmed_by", "confirmed_at"])
        detail = {"act": "crop confirmed", "clue": key, "asked_by": crop.asked_by.name}
        log(home, acting, "change", thing_of(series), detail)
    return crop


def refuse_crop(home: Home, acting: Acting, named: str, key: int) -> None:
    """There is a person in it, or it is not wanted: the crop is gone, for everybody of the unit."""
    with working_on(home, acting, named, "refuse crops") as series:
        crop_for(acting.person, _clue(acting, series, key)).delete()
        log(home, acting, "erasure", thing_of(series), {"act": "crop refused", "clue": key})


def look_at_crop(
    home: Home, acting: Acting, named: str, key: int, hold: str, reasons: Mapping[str, str]
) -> bytes | Asked:
    """The crop before it was confirmed, as JPEG, once it is written down who looks; a reveal as any other.

    Raises OnPause where a limit of viewing was reached.
    """
    _may_look(acting)
    clue = _clue(acting, series_for(acting.person, named), key)
    crop = crop_for(acting.person, clue)
    case = case_of(acting.person, clue.medium)
    reason = reasons.get(reveal.reason_key(case), "")
    if not reason:
        return Asked(reveal.reason_key(case), case.reference if case else "")
    shown = _crops(home, acting).plain(crop, "jpeg")
    reveal.written_down(home, replace(acting, reason=reason), clue.medium, case, hold, crop)
    return shown


def hand_out_crop(home: Home, acting: Acting, named: str, key: int, recipient: str) -> bytes:
    """The confirmed crop as JPEG, for whoever is named; written down as a disclosure before it leaves."""
    _may_look(acting)
    to = " ".join(recipient.split())
    if not 2 <= len(to) <= LONGEST_RECIPIENT or not to.isprintable():
        raise Invalid(_("say in 2 to %(most)s characters for whom the crop is") % {"most": LONGEST_RECIPIENT})
    series = series_for(acting.person, named)
    crop = crop_for(acting.person, _clue(acting, series, key))
    if crop.confirmed_at is None:
        raise Refused(_("no second person has confirmed yet that nobody is in it"))
    shown = _crops(home, acting).plain(crop, "jpeg")
    with durable():
        detail = {"act": "crop handed out", "clue": key, "to": to, "sha256": bytes(crop.sha256).hex()}
        log(home, acting, "disclosure", thing_of(series), detail)
        seal_log(home, acting)
    return shown


def crop_shown(home: Home, acting: Acting, crop: ClueCrop) -> bytes:
    """What a page shows of a crop: small once it is confirmed, its veil before. The desk wrote it down."""
    return _crops(home, acting).plain(crop, "small" if crop.confirmed_at else "veil")


def _cropped(home: Home, acting: Acting, clue: Clue) -> Cropped:
    """The region of the original; of a film, of the picture that stands for it."""
    medium = clue.medium
    purpose, kind = ("original", medium.kind) if medium.family == "picture" else ("preview", "jpeg")
    file = sealed_files_for(acting.person).filter(medium=medium, purpose=purpose).first()
    if file is None:
        raise Invalid(_("there is nothing to make a crop of: the file could not be decoded"))
    whole = home.store.read(kept(file), home.keys.unit(str(acting.unit.pk)))
    try:
        with home.worker() as worker:
            return worker.crop(whole, kind, region_of(clue))
    except Failed as error:
        raise Invalid(_("the crop could not be made: %(error)s") % {"error": error}) from error


def _clue(acting: Acting, series: Series, key: int) -> Clue:
    return clue_for(acting.person, united(series), key)


def _crops(home: Home, acting: Acting) -> Crops:
    return Crops(str(acting.unit.pk), home.keys.unit(str(acting.unit.pk)))


def _may_look(acting: Acting) -> None:
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="look at clues")
