"""Pages that were reported, in clear: judged once, whoever reports, routed, and followed until they are gone."""

from typing import ClassVar

from django.db import models

from havre.cases.models import Case
from havre.hotline.models.reports import Report
from havre.units.models import Person, Unit


class State(models.TextChoices):
    """How far a page is."""

    RECEIVED = "received"
    TRIAGED = "triaged"
    """Judged, by two people where the policy says so."""
    ROUTED = "routed"
    ACTED_ON = "acted on"
    CLOSED = "closed"
    NOT_ACTIONABLE = "not actionable"


class Page(models.Model):
    """One address that was reported: judged once, routed once, followed until it is gone."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="pages")
    address = models.TextField()
    """Canonical: whatever was typed, the same page is written the same way."""
    digest = models.BinaryField(max_length=32)
    """SHA-256 of the address: addresses can be too long for an index."""
    host = models.CharField(max_length=255)
    site = models.CharField(max_length=255)
    """The registrable domain, or the host where there is none."""
    kind = models.CharField(max_length=12, default="page")
    """As `havre.addresses` recognises it: page, shortener, archive, search, onion."""
    inner = models.TextField(blank=True)
    """The address that an archive or a mirror shows, where its own address says so."""
    state = models.CharField(max_length=14, choices=State, default=State.RECEIVED)
    since = models.DateTimeField(null=True)
    """When it came to this state; None where nobody did anything yet: since it was first reported."""
    due_at = models.DateTimeField(null=True)
    """When the next thing must have been done; None where nothing must, or nobody did anything yet."""
    disputed = models.BooleanField(default=False)
    """Whether two people judged it differently, and nobody settled it."""
    danger = models.BooleanField(default=False)
    """Whether any report said that a child is in danger now."""
    reports = models.PositiveIntegerField(default=0)
    """How many name it, those withdrawn not counted."""
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, related_name="pages", null=True)
    """The dossier into which media found there were taken."""
    reason = models.TextField(blank=True)
    """Why it is not actionable, or closed."""
    closed_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    """When somebody first saw that it is gone."""
    gone_hours = models.PositiveIntegerField(null=True)
    """Hours from the first report until then, once of that report no more than the day is kept."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "digest"], name="one_page_an_address")]
        indexes: ClassVar = [
            models.Index(fields=["unit", "state", "-danger", "first_at"], name="pages_waiting"),
            models.Index(fields=["unit", "site"], name="pages_by_site"),
        ]

    @property
    def hours(self) -> float | None:
        """Hours, to a tenth, from the first report until it was gone; None while it is there."""
        if self.gone_at is None or self.gone_hours is not None:
            return self.gone_hours
        return round((self.gone_at - self.first_at).total_seconds() / 3600, 1)


class Why(models.TextChoices):
    """Why a page that was over is not."""

    REPORTED = "reported again"
    SEEN = "seen again"
    OVERTURNED = "overturned"


class Reopening(models.Model):
    """That a page which was over is open again, with what it had been: how often, and after how long, is counted."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="reopenings")
    why = models.CharField(max_length=14, choices=Why)
    at = models.DateTimeField()
    was = models.CharField(max_length=14, choices=State)
    closed_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    """None where Havre found it."""


class Mention(models.Model):
    """That a report names a page."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="mentions")
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="mentions")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "page"], name="one_mention_a_page")]


class Findings(models.TextChoices):
    """What somebody of the unit found out about a page."""

    HOSTING = "hosting country"
    TARGET = "leads to"
    """Where a shortener or a mirror leads."""
    ON_PAGE = "on the page"
    LINKS_ONLY = "links only"
    """It hosts nothing itself."""


class Finding(models.Model):
    """Something an analyst found out about a page, with its date; newer ones stand beside older ones."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=16, choices=Findings)
    value = models.TextField()
    source = models.TextField(blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Verdict(models.TextChoices):
    """What one person says of a page."""

    ACTIONABLE = "actionable"
    NOT_ACTIONABLE = "not actionable"


class Judgement(models.Model):
    """What one person said of a page: facts, from which each country's category is derived, and whether to act."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="judgements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=14, choices=Verdict)
    age = models.CharField(max_length=20, blank=True)
    visible = models.JSONField(default=list)
    produced = models.CharField(max_length=20, blank=True)
    """The facts of `assessments`: age, what is visible, how it was made."""
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_because = models.TextField(blank=True)


class Routing(models.Model):
    """The way a page took, by which rule of which version of the policy; the newest counts, older ones stay."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="routings")
    route = models.CharField(max_length=40)
    rule = models.CharField(max_length=80)
    policy = models.CharField(max_length=40)
    policy_version = models.CharField(max_length=40)
    hosting_country = models.CharField(max_length=2, blank=True)
    inhope = models.BooleanField(null=True)
    """Whether the hosting country has a member of INHOPE; None where the country is unknown."""
    recipient = models.CharField(max_length=200, blank=True)
    """To whom it goes, as the policy names them."""
    outcome = models.JSONField(default=dict)
    """All that the rule says follows, as `hotline.routing.outcome_of` writes it: whatever the policy becomes."""
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
