"""Orders: an intake asked for waits, runs under a lease, and ends; nobody runs one that somebody else runs."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from havre.cases.models import Case, Intake, Order, State
from havre.errors import Invalid
from havre.units.models import Person

LEASE = timedelta(minutes=3)
"""For so long nobody else takes an order; whoever runs it says again and again that they do."""

AGAIN = timedelta(seconds=10)
"""How long an order waits after trouble that may pass, as a full disk does."""

TRIES = 3
"""An order that was begun so often without coming further has failed."""

Gone = Callable[[str], bool]
"""Whether the process of this name is known to have ended."""

MAY_BECOME: Mapping[str, frozenset[str]] = {
    State.GATHERING: frozenset({State.WAITING}),
    State.WAITING: frozenset({State.RUNNING, State.STOPPED}),
    State.RUNNING: frozenset({State.WAITING, State.STOPPED, State.DONE, State.FAILED}),
    State.STOPPED: frozenset({State.WAITING}),
    State.FAILED: frozenset({State.WAITING}),
    State.DONE: frozenset(),
}
"""The life of an order."""


def ask(case: Case, by: Person, at: datetime, reason: str, path: str = "") -> Order:
    """A new order: of a folder it waits at once, without one files are sent to it first."""
    state = State.WAITING if path else State.GATHERING
    return Order.objects.create(case=case, path=path, by=by, reason=reason, asked_at=at, state=state)


def become(order: Order, state: State, trouble: str = "") -> None:
    """The order's next state, free of whoever held it. Raises Invalid where its life does not allow that."""
    if state not in MAY_BECOME[order.state]:
        raise Invalid(
            _("an order that is %(was)s cannot become %(to)s")
            % {"was": pgettext("order", order.state), "to": pgettext("order", state)}
        )
    order.state, order.trouble, order.stop = state, trouble, False
    order.holder, order.leased_until = "", None
    order.save(update_fields=["state", "trouble", "stop", "holder", "leased_until"])


def ask_to_stop(order: Order) -> None:
    """An order that waits stops at once, one that runs after its next batch."""
    if order.state == State.WAITING:
        become(order, State.STOPPED)
        return
    if order.state != State.RUNNING:
        raise Invalid(_("this intake does not run"))
    Order.objects.filter(pk=order.pk, state=State.RUNNING).update(stop=True)


def begin_again(order: Order) -> None:
    """An order that was stopped or failed waits again, with all its tries."""
    become(order, State.WAITING)
    Order.objects.filter(pk=order.pk).update(tries=0)


def claim(holder: str, now: datetime, gone: Gone) -> Order | None:
    """The oldest order that nobody runs, leased to this holder; None where there is none."""
    free = Q(state=State.WAITING) & (Q(leased_until=None) | Q(leased_until__lte=now))
    left = Q(state=State.RUNNING) & (Q(leased_until__lte=now) | Q(holder__in=_gone(gone)))
    if not Order.objects.filter(free | left).exists():
        return None
    with transaction.atomic():
        open_orders = Order.objects.order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            open_orders = open_orders.select_for_update(skip_locked=True, of=("self",))
        found = open_orders.filter(free | left).first()
        if found is not None:
            found.state, found.holder, found.leased_until = State.RUNNING, holder, now + LEASE
            found.tries += 1
            found.save(update_fields=["state", "holder", "leased_until", "tries"])
    return found


def _gone(gone: Gone) -> list[str]:
    """Holders of leases that need not be waited for."""
    running = Order.objects.filter(state=State.RUNNING)
    return [holder for holder in running.order_by().values_list("holder", flat=True).distinct() if gone(holder)]


def beat(order: Order, now: datetime, *, further: bool = False) -> bool:
    """Say that it still runs, and whether it came further; whether its holder should go on."""
    mine = Order.objects.filter(pk=order.pk, holder=order.holder, state=State.RUNNING)
    changed = mine.update(leased_until=now + LEASE, **({"tries": 1} if further else {}))
    return bool(changed) and not mine.filter(stop=True).exists()


def note_intake(order: Order, intake: Intake) -> None:
    """Which intake the order became: the newest of those that went on with it."""
    Order.objects.filter(intake=intake).exclude(pk=order.pk).update(intake=None)
    Order.objects.filter(pk=order.pk).update(intake=intake)
    order.intake = intake


def put_off(order: Order, now: datetime, trouble: str) -> None:
    """Trouble that may pass: the order waits a little; after TRIES without coming further it has failed."""
    order.refresh_from_db()
    if order.tries >= TRIES:
        become(order, State.FAILED, trouble)
        return
    become(order, State.WAITING, trouble)
    Order.objects.filter(pk=order.pk).update(leased_until=now + AGAIN)
