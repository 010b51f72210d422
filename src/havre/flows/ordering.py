"""Ask for an intake on a page: of a folder that the operator allowed, or of files that are about to be sent."""

from pathlib import Path

from django.db.models import F
from django.utils.translation import gettext as _

from havre.cases.models import Order, State
from havre.cases.open import must_be_open
from havre.cases.order import ask, ask_to_stop, become, begin_again
from havre.cases.queries import case_for, order_for, own_order
from havre.errors import Invalid, NotFound
from havre.flows.home import Home, durable, log, seal_log
from havre.flows.uploading import forget_files
from havre.media.sources import shown
from havre.units.acting import Acting
from havre.units.models import RoleName


def thing_of(order: Order) -> str:
    """How the log calls an order."""
    return f"order {order.pk} of case {order.case.reference}"


def order_folder(home: Home, acting: Acting, reference: str, path: str) -> Order:
    """An intake of a folder or file of this machine, which waits for the background to take it in.

    Raises NotFound for any path that does not lie below a folder that the operator allowed, whether it exists or not.
    """
    return _asked(home, acting, reference, shown(str(allowed(home, path))))


def order_files(home: Home, acting: Acting, reference: str) -> Order:
    """An intake of files that are sent to it from now on."""
    return _asked(home, acting, reference, "")


def _asked(home: Home, acting: Acting, reference: str, path: str) -> Order:
    acting.must_be(RoleName.ANALYST, to="take in material")
    case = case_for(acting.person, reference)
    must_be_open(case)
    with durable():
        order = ask(case, acting.person, acting.now(), acting.reason, path)
        log(home, acting, "change", thing_of(order), {"act": "asked", "path": path})
    seal_log(home, acting)
    return order


def allowed(home: Home, path: str) -> Path:
    """The real path, free of links. Raises NotFound where the operator allowed no folder above it."""
    outside = NotFound(
        _("there is no such folder below those that the operator of this server allowed (HAVRE_SOURCES)")
    )
    if not path or "\0" in path:
        raise outside
    try:
        real = Path(path).resolve(strict=True)
        above = [folder.resolve() for folder in home.settings.sources]
    except (OSError, RuntimeError):
        raise outside from None
    if not any(real.is_relative_to(folder) for folder in above):
        raise outside
    return real


def send_off(home: Home, acting: Acting, number: int) -> Order:
    """All files of an order are here: its intake waits. Raises Invalid where something is missing."""
    order = own_order(acting.person, number)
    if not order.uploads.exists():
        raise Invalid(_("nothing was sent yet: choose files first"))
    missing = order.uploads.exclude(received=F("size")).order_by("id").first()
    if missing is not None:
        raise Invalid(
            _("%(missing)s has not arrived whole: choose it again, it goes on from where it was")
            % {"missing": missing.name}
        )
    return _changed(home, acting, order, State.WAITING, "all files sent")


def stop_order(home: Home, acting: Acting, number: int) -> Order:
    """An intake that waits or runs stops, after the batch that it is at; what it wrote stays."""
    acting.must_be(RoleName.ANALYST, to="stop an intake")
    order = order_for(acting.person, number)
    with durable():
        ask_to_stop(order)
        log(home, acting, "change", thing_of(order), {"act": "stop asked"})
    seal_log(home, acting)
    return order


def continue_order(home: Home, acting: Acting, number: int) -> Order:
    """An intake that was stopped or failed goes on where it was."""
    acting.must_be(RoleName.ANALYST, to="take in material")
    order = order_for(acting.person, number)
    must_be_open(order.case)
    if order.state not in {State.STOPPED, State.FAILED}:
        raise Invalid(_("this intake was not stopped"))
    with durable():
        begin_again(order)
        log(home, acting, "change", thing_of(order), {"act": "goes on"})
    seal_log(home, acting)
    return order


def discard_order(home: Home, acting: Acting, number: int) -> None:
    """What was sent to an order that never began is destroyed, and the order with it."""
    order = own_order(acting.person, number)
    if order.intake_id is not None or order.state not in {State.GATHERING, State.STOPPED, State.FAILED}:
        raise Invalid(_("this intake has begun: what it took in belongs to the case"))
    with durable():
        log(home, acting, "change", thing_of(order), {"act": "discarded"})
    forget_files(home, order)
    with durable():
        order.delete()
    seal_log(home, acting)


def _changed(home: Home, acting: Acting, order: Order, state: State, act: str) -> Order:
    with durable():
        become(order, state)
        log(home, acting, "change", thing_of(order), {"act": act})
    seal_log(home, acting)
    return order
