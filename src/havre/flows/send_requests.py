"""Letters of requests leave as those of notices do: once each, by the provider's way, tried until they are taken.

The provider's clock begins when the letter left: what it says and what is counted is the same moment.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from havre.errors import Refused
from havre.flows.at_page import policy_for
from havre.flows.contest import log_for
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.flows.notice_answered import by_hand, nobody_there
from havre.flows.notice_hands import TROUBLES, Hands, Parcel
from havre.flows.notice_letter import packed
from havre.flows.notice_route import must_be_verified, must_stand
from havre.flows.one_letter import Matter, Sent, hand, message_id, new_message_id, plain, way_to
from havre.hotline.queries import overturned
from havre.notices.following import LEFT
from havre.notices.models import Letter, Outcome, Recipient, Transmission
from havre.notices.paper import signed_json
from havre.platforms.letter import as_json, letter_of
from havre.platforms.life import OVER, become
from havre.platforms.models import Asks, Handed, Request, State
from havre.platforms.policy import answering
from havre.platforms.queries import requests_of
from havre.units.acting import Acting

JUDGED = (Asks.REMOVE, Asks.INFORM)
"""What is asked of a page only while it stands judged actionable."""


def send_requests(home: Home, acting: Acting, hands: Hands, done: Sent) -> None:
    """What a unit's requests still have to say to their providers, begun and handed over."""
    done.retracted += _take_back(home, acting)
    owing = requests_of(acting.person).filter(Q(state=State.QUEUED) | Q(prolonged_at__isnull=False))
    for row in owing.exclude(state__in=OVER):
        try:
            _begin(home, acting, row, hands, done)
        except TROUBLES as error:
            Request.objects.filter(pk=row.pk).update(trouble=plain(error))
            done.failed += 1


def _take_back(home: Home, acting: Acting) -> int:
    """A page of which the judgement fell: nobody is to remove it any more, or to hear of it."""
    pages = overturned(acting.person).values("pk")
    rows = list(requests_of(acting.person).filter(kind__in=JUDGED, page__in=pages).exclude(state__in=OVER))
    taken = 0
    for row in rows:
        with durable():
            take_turn()
            request = _held(row.pk)
            if request.state in OVER:  # a person ended it meanwhile
                continue
            withdraw(home, acting, request)
        seal_log(home, acting)
        taken += 1
    return taken


def owed(request: Request) -> Letter | None:
    """What its provider is still to be told."""
    if request.state in OVER:
        return None
    if request.state == State.QUEUED:
        return Letter.REQUEST
    return Letter.LONGER if request.prolonged_at is not None else None


def must_go(home: Home, acting: Acting, request: Request) -> None:
    """Raises Refused for one that may not leave as things stand now."""
    must_be_verified(request.provider)
    if request.kind in JUDGED and request.page is not None:
        must_stand(acting, request.page, policy_for(home, request.unit))


def _begin(home: Home, acting: Acting, row: Request, hands: Hands, done: Sent) -> None:
    """Write a letter down before it leaves; then hand it over."""
    with durable():
        take_turn()
        request = _held(row.pk)
        letter = owed(request)
        open_ = Transmission.objects.filter(handed__request=request, outcome__in=(Outcome.BEGUN, Outcome.LEAVING))
        if letter is None or open_.exists():
            return
        must_go(home, acting, request)
        number = Handed.objects.filter(request=request).count() + 1
        way = way_to(request.provider)
        made = _queued(request, letter, number, way, new_message_id(home, request.reference, number), acting.now())
        detail = {"act": "letter", "number": number, "to": request.provider.name, "how": way[0]}
        log(home, acting, "disclosure", thing_of(request), detail)
    seal_log(home, acting)
    hand(home, acting, made, OF_REQUEST, hands, done)


def _queued(
    request: Request, letter: Letter, number: int, way: tuple[str, str], name: str, at: datetime
) -> Transmission:
    given = {"letter": letter, "number": number, "how": way[0], "to": way[1], "message_id": name}
    made = Transmission.objects.create(**given, due_at=at, begun_at=at, again_at=at)
    Handed.objects.create(request=request, letter=made)
    return made


def withdraw(home: Home, acting: Acting, request: Request) -> None:
    """Nothing is asked any more, and every address that was written to is told so, once.

    Inside the caller's transaction.
    """
    if request.state == State.WITHDRAWN:
        return
    now, rows = acting.now(), Transmission.objects.filter(handed__request=request)
    told = {each.to: each for each in rows.filter(outcome__in=LEFT).order_by("number")}
    rows.filter(outcome=Outcome.BEGUN).update(outcome=Outcome.DROPPED)
    become(request, State.WITHDRAWN, now)
    for number, last in enumerate(told.values(), start=Handed.objects.filter(request=request).count() + 1):
        name = message_id(request.reference, number, last.message_id)
        _queued(request, Letter.RETRACTION, number, (last.how, last.to), name, now)
    log(home, acting, "change", thing_of(request), {"act": "withdrawn", "told": len(told)})


def came_back(home: Home, request: Request, letter: Transmission, at: datetime) -> None:
    """A letter came back, inside the caller's transaction: it goes again once somebody verified where they are.

    One that takes the request back is put where somebody takes it to hand it over.
    """
    if letter.to == request.provider.email:
        nobody_there(request.provider)
    row = Transmission.objects.filter(pk=letter.pk)
    if letter.letter == Letter.RETRACTION:
        said = by_hand(row, at)
    else:
        row.update(outcome=Outcome.REFUSED)
        _unsent(request, Letter(letter.letter), at)
        said = _("mail to them came back: find out where they are, then verify the contact")
    if said:
        Request.objects.filter(pk=request.pk).update(trouble=said)
    log_for(home, request.unit, "change", thing_of(request), at, {"act": "letter came back"})


def _unsent(request: Request, letter: Letter, at: datetime) -> None:
    """What nobody got counts as not asked; who has answered meanwhile got it otherwise."""
    if letter == Letter.LONGER and request.state not in OVER:
        Request.objects.filter(pk=request.pk).update(prolonged_at=at)
    elif letter == Letter.REQUEST and request.state in (State.QUEUED, State.ASKED, State.UNANSWERED):
        become(request, State.QUEUED, at)
        Request.objects.filter(pk=request.pk).update(sent_at=None, deadline=None, kept_until=None)


def thing_of(request: Request) -> str:
    """How the log calls a request."""
    return f"request {request.reference}"


# ---- what the letters of a request are to whoever sends them ----


WITH = ("provider", "page__unit", "case", "unit")


def _held(key: int) -> Request:
    return Request.objects.select_for_update(of=("self",)).select_related(*WITH).get(pk=key)


def _of(made: Transmission) -> Request:
    return _held(Handed.objects.get(letter=made.pk).request_id)


@dataclass(frozen=True, slots=True)
class Until:
    """What runs from the moment at which a letter leaves."""

    deadline: datetime
    kept_until: datetime | None


def until_of(home: Home, request: Request, at: datetime) -> Until:
    """Until when they answer, and until when they keep what they are asked to preserve, if the letter leaves now."""
    kept = timedelta(days=answering(home.settings.home).kept)
    return Until(at + timedelta(days=request.days), at + kept if request.kind == Asks.PRESERVE else None)


def as_if_sent(home: Home, request: Request, at: datetime) -> Request:
    """The request with the clock that its letter would begin; nothing is kept."""
    if request.sent_at is None and request.state == State.QUEUED:
        until = until_of(home, request, at)
        request.deadline, request.kept_until = until.deadline, until.kept_until
    return request


def _parcel(home: Home, _acting: Acting, made: Transmission, at: datetime) -> Parcel:
    request = as_if_sent(home, Request.objects.select_related(*WITH).get(handed__letter=made.pk), at)
    letter = Letter(made.letter)
    body = signed_json(as_json(request, letter, made.number, at), home.signer, "request")
    name = f"{request.reference.lower()}-{made.number}"
    return packed(home, letter_of(request, letter), body, at, name, made.to, made.message_id)


def _contact(made: Transmission) -> Recipient:
    return Recipient.objects.select_related("unit").get(requests__handed__letter=made.pk)


def _goes(home: Home, acting: Acting, made: Transmission, at: datetime) -> bool:
    """Whether it would be begun like this now; where it is, the provider's clock begins."""
    if made.letter == Letter.RETRACTION:
        return True
    request = _of(made)
    if owed(request) != made.letter or (made.how, made.to) != way_to(request.provider):
        return False
    try:
        must_go(home, acting, request)
    except Refused:
        return False
    Transmission.objects.filter(pk=made.pk).update(begun_at=at)
    if made.letter == Letter.REQUEST:
        until = until_of(home, request, at)
        Request.objects.filter(pk=request.pk).update(deadline=until.deadline, kept_until=until.kept_until)
    return True


def _left(_home: Home, made: Transmission, at: datetime) -> None:
    request, unsure = _of(made), made.outcome == Outcome.LEAVING
    told = {"trouble": _("nobody knows whether its letter left: ask them") if unsure else ""}
    if made.letter == Letter.LONGER:
        Request.objects.filter(pk=request.pk).update(**told)
        begun = Transmission.objects.get(pk=made.pk).begun_at  # as it left; what was prolonged since it does not say
        Request.objects.filter(pk=request.pk, prolonged_at__lte=begun).update(prolonged_at=None)
    elif made.letter == Letter.REQUEST and request.state == State.QUEUED:
        become(request, State.ASKED, at)
        Request.objects.filter(pk=request.pk).update(sent_at=at, **told)


def _dead(home: Home, made: Transmission, _said: str, at: datetime) -> None:
    came_back(home, _of(made), made, at)


def _noted(made: Transmission, said: str) -> None:
    Request.objects.filter(handed__letter=made.pk).update(trouble=said[:500])


OF_REQUEST = Matter(_parcel, _contact, _goes, _left, _dead, _noted)
