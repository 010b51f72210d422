"""The letter of a request, in the provider's language: what is asked, by which law, until when, and how to answer."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from havre.platforms.models import Asks, Request


def letter_of(request: Request) -> tuple[str, str]:
    """Subject and text. It names no child, carries no picture and no hash."""
    with override(request.provider.language or "en"):
        wanted = {
            Asks.PRESERVE: _("We ask you to preserve the content and all data about it."),
            Asks.DISCLOSE: _("We ask you to disclose to us what you hold about the content."),
            Asks.REMOVE: _("We ask you to remove the content."),
            Asks.INFORM: _("We inform you of the content."),
        }[Asks(request.kind)]
        lines = [
            wanted,
            _("Legal basis: %(basis)s") % {"basis": request.basis},
            *([_("Exact address: %(address)s") % {"address": request.page.address}] if request.page else []),
            *([_("Our case: %(case)s") % {"case": request.case.reference}] if request.case else []),
            _("Please answer by %(day)s.") % {"day": date_format(request.deadline, "DATE_FORMAT")},
            *(
                [_("Please keep it until %(day)s.") % {"day": date_format(request.kept_until, "DATE_FORMAT")}]
                if request.kept_until
                else []
            ),
            _("Keep this reference in your answer: %(reference)s") % {"reference": request.reference},
            request.unit.name,
        ]
        return _("Request %(reference)s") % {"reference": request.reference}, "\n\n".join(lines) + "\n"
