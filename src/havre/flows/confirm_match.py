"""An analyst's word on two media that were found to match: the same, or not the same and why."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.flows.compare import named_other, reason_for
from havre.flows.home import Home, durable, log, seal_log
from havre.flows.media_shown import Reason, may_look, thing_of
from havre.matches.models import MatchWord
from havre.matches.queries import words_about
from havre.media.models import Medium
from havre.media.queries import medium_by_id
from havre.units.acting import Acting

LONGEST_REASON = 2_000


def confirm_match(
    home: Home, acting: Acting, number: int, how: str, reason: int, *, same: bool, why: str = ""
) -> MatchWord:
    """Keep the word on a medium and what this match or link of it is with; nothing is merged or moved by it.

    Raises Invalid where they are not the same, nobody has said why before, and nothing is given now.
    """
    may_look(acting)
    medium = medium_by_id(acting.person, number)
    about = reason_for(home, acting, medium, how, reason)
    why = why.strip()
    if len(why) > LONGEST_REASON:
        raise Invalid(
            _("a reason has at most %(most)s characters, not %(count)s: shorten it")
            % {
                "most": number_format(LONGEST_REASON, force_grouping=True),
                "count": number_format(len(why), force_grouping=True),
            }
        )
    if not same and not why and not said_why(acting, medium, about):
        raise Invalid(_("say once why these two are not the same: others will meet this match again"))
    with durable():
        word = MatchWord.objects.create(**_pair(acting, medium, about), kind=about.kind, same=same, reason=why)
        said = "said to be the same" if same else "said not to be the same"
        log(home, acting, "change", thing_of(medium), {"act": said, "with": named_other(about), "why": why})
    seal_log(home, acting)
    return word


def said_why(acting: Acting, medium: Medium, about: Reason) -> bool:
    """Whether somebody of the unit said before why these two are not the same."""
    words = [word for word in words_about(acting.person, medium.pk) if not word.same and word.reason]
    if about.medium is not None:
        low, high = sorted((medium.pk, about.medium.pk))
        return any((word.medium_id, word.other_id) == (low, high) for word in words)
    known = about.knowledge.pk if about.knowledge is not None else None
    return any(word.knowledge_id == known for word in words)


def _pair(acting: Acting, medium: Medium, about: Reason) -> dict[str, object]:
    """Who says what of whom; of two held media the lower number comes first."""
    by = {"unit": acting.unit, "person": acting.person, "at": acting.now()}
    if about.medium is not None:
        low, high = sorted((medium, about.medium), key=lambda each: each.pk)
        return by | {"medium": low, "other": high}
    if about.knowledge is None:
        raise Invalid(_("nobody has the bytes of what a list named: there is nothing to compare it with"))
    return by | {"medium": medium, "knowledge": about.knowledge}
