"""What the public reports: letters at the door, receipts, reports, and pages that are judged once, whoever reports."""

from havre.hotline.models.door import Answer, Brought, Door, Letter, LetterKind, Partner, Receipt, Told
from havre.hotline.models.pages import (
    Finding,
    Findings,
    Judgement,
    Mention,
    Page,
    Reopening,
    Routing,
    State,
    Verdict,
    Why,
)
from havre.hotline.models.reports import Addition, Relation, Report, Via
from havre.hotline.models.tips import Tip, TipFile, TipState, TipText

__all__ = [
    "Addition",
    "Answer",
    "Brought",
    "Door",
    "Finding",
    "Findings",
    "Judgement",
    "Letter",
    "LetterKind",
    "Mention",
    "Page",
    "Partner",
    "Receipt",
    "Relation",
    "Reopening",
    "Report",
    "Routing",
    "State",
    "Tip",
    "TipFile",
    "TipState",
    "TipText",
    "Told",
    "Verdict",
    "Via",
    "Why",
]
