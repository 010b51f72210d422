"""Reads of peers; the first parameter is who asks. Peers belong to the node, so whoever runs it sees them all."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.errors import NotFound
from havre.network.models import Alarm, Peer
from havre.units.models import Person, RoleName
from havre.units.queries import is_a


def peers_for(viewer: Person) -> QuerySet[Peer]:
    """All other nodes, for whoever runs or audits this one; for others there are none."""
    runs = is_a(viewer, RoleName.ADMINISTRATOR, RoleName.AUDITOR, RoleName.SUPERVISOR)
    rows = Peer.objects.select_related("accepted_by__unit").order_by("name")
    return rows if runs else rows.none()


def peer_for(viewer: Person, named: str) -> Peer:
    """The peer of this name, or whose id begins so. Raises NotFound where there is none, or the viewer sees none."""
    rows = peers_for(viewer)
    found = rows.filter(name=named).first()
    if found is None and len(named) >= 8:
        found = rows.filter(node__startswith="".join(named.split()).lower()).first()
    if found is None:
        raise NotFound(_("there is no peer %(name)r: `havre peer list` names them") % {"name": named})
    return found


def alarms_for(viewer: Person) -> QuerySet[Alarm]:
    """Nodes whose logs contradict what was witnessed, and nobody has resolved it yet."""
    rows = Alarm.objects.filter(resolved_at=None).select_related("told_by").order_by("id")
    return rows if peers_for(viewer).exists() else rows.none()
