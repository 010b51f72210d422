"""What the public reports: letters at the door, receipts, reports, and pages that are judged once, whoever reports.

Only pages are in clear. What a reporter wrote, and how to reach them, is sealed to the hotline's unit; what the hotline
answers is sealed to the receipt code, which nobody keeps.
"""

from typing import ClassVar

from django.db import models

from havre.cases.models import Case
from havre.units.models import Person, Unit


class Door(models.Model):
    """That a unit takes reports from the public, and the key to which these are sealed: all a public process knows."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="door")
    sealing = models.BinaryField(max_length=32)
    """The X25519 key of which the unit holds the other half."""
    token_key = models.BinaryField(max_length=32)
    """What proofs of work are bound with; worth nothing elsewhere."""
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)


class Receipt(models.Model):
    """The hash of a code that one reporter holds, and the key to which answers to them are sealed."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="receipts")
    digest = models.BinaryField(max_length=32, unique=True)
    sealing = models.BinaryField(max_length=32)
    """The X25519 key made of the code: whoever holds the code opens what is sealed to it, nobody else."""
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    standing = models.BinaryField(default=b"")
    """How what lies under the code stands, where its holder may read that; sealed to the code as answers are."""


class LetterKind(models.TextChoices):
    """What somebody wants of the hotline."""

    REPORT = "report"
    ADDITION = "addition"
    WITHDRAWAL = "withdrawal"
    CHALLENGE = "challenge"
    HASHES = "hashes"
    """Hashes of pictures, which somebody's own browser made."""
    MORE = "more"
    """More of them."""
    CONSENT = "consent"
    """Who may use them from now on."""


class Letter(models.Model):
    """One thing that came through the door, sealed; it waits until somebody of the unit's side takes it in."""

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=10, choices=LetterKind)
    sealed = models.BinaryField()
    danger = models.BooleanField(default=False)
    """A child may be in danger now: taken in before everything else."""
    said = models.BinaryField(max_length=32, null=True)
    """Of what a partner says: a digest made with its key, by which the same is known when it is sent again."""
    slow = models.BooleanField(default=False)
    """Sent without proof of work while much came: taken in after the others, never refused."""
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)
    """Why it could not be taken in; somebody must look."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["taken_at", "-danger", "slow", "id"], name="letters_waiting"),
        ]


class Told(models.TextChoices):
    """What an answer is about."""

    WRITTEN = "written"
    """Somebody of the hotline wrote it."""
    JUDGED = "judged"
    PASSED_ON = "passed on"
    GONE = "gone"


class Answer(models.Model):
    """What the hotline tells a reporter, sealed to their code; also what it keeps telling them by itself."""

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=9, choices=Told, default=Told.WRITTEN)
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    """None where Havre says it: that the page was judged, that it is gone."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["receipt", "kind"], condition=~models.Q(kind=Told.WRITTEN), name="told_once_by_itself"
            ),
        ]


class Relation(models.TextChoices):
    """Who reports, as far as they say."""

    NOT_SAID = ""
    CHILD = "child"
    PARENT = "parent"
    KNOWS = "knows"
    PASSED_BY = "passed by"


class Via(models.TextChoices):
    """How a report came."""

    DOOR = "door"
    PARTNER = "partner"
    LIST = "list"
    STAFF = "staff"


class Report(models.Model):
    """What one person or partner reported at one time."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveIntegerField()
    """How the unit calls it: from 1 in each unit."""
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="report")
    at = models.DateTimeField()
    """When it reached the door."""
    taken_at = models.DateTimeField()
    via = models.CharField(max_length=8, choices=Via)
    partner = models.CharField(max_length=200, blank=True)
    """Which hotline or platform passed it on, and how they call it; empty where a person reported."""
    language = models.CharField(max_length=2, default="en")
    relation = models.CharField(max_length=10, choices=Relation, blank=True)
    danger = models.BooleanField(default=False)
    told = models.BinaryField(null=True)
    """What was said, and how to reach who said it: sealed to the unit. None once erased."""
    erase_after = models.DateField(null=True)
    """When what is personal is erased; set when its pages are closed."""
    erased_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    """When all its pages were over; or, where it names none that can be read, when a person said that nothing can be
    done."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "number"], name="one_report_a_number")]
        indexes: ClassVar = [models.Index(fields=["erase_after"], name="reports_to_erase")]


class Addition(models.Model):
    """What a reporter added later: sealed like the report."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="additions")
    told = models.BinaryField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)


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


class Partner(models.Model):
    """A hotline or platform whose program reports here; whoever reads this table can't do so in its name."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="partners")
    name = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of its key."""
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    tipline = models.BooleanField(default=False)
    """Whether it is a platform, and its key opens the line for reports of platforms, and nothing else."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "name"], name="one_partner_a_name")]


class Brought(models.Model):
    """That a partner brought what is under a receipt; how they call it is sealed in the letter."""

    receipt = models.OneToOneField(Receipt, on_delete=models.CASCADE, related_name="brought")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="brought")


class TipState(models.TextChoices):
    """How far a platform is with a report. One that it did not finish in time is deleted, and was none."""

    OPEN = "open"
    FINISHED = "finished"
    RETRACTED = "retracted"


class Tip(models.Model):
    """What a platform's program opened: once finished, it is a report like any other, under its receipt."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="tips")
    number = models.BigIntegerField(unique=True)
    """How the platform's program calls it: drawn, so that nobody counts what others report."""
    state = models.CharField(max_length=9, choices=TipState, default=TipState.OPEN)
    digest = models.BinaryField(max_length=32)
    sealing = models.BinaryField(max_length=32)
    """Of the code under which it will lie: `Receipt` has the same."""
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    kept_until = models.DateField(null=True)
    """Until when its platform says that it keeps what it reported; None where it says nothing."""
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="tip", null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "opened_at"], name="tips_open")]


class TipText(models.Model):
    """A piece of what it says, sealed as the letter that it becomes when it is finished."""

    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="texts")
    sealed = models.BinaryField()
    danger = models.BooleanField(default=False)


class TipFile(models.Model):
    """A file of it; name, digests and key are sealed to the unit, and the file with that key."""

    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="files")
    file_id = models.CharField(max_length=32, unique=True)
    blob = models.CharField(max_length=114)
    sealed = models.BinaryField()
    said = models.BinaryField(null=True)
    """What the platform says of it, sealed."""
    bytes = models.BigIntegerField()
    at = models.DateTimeField()
