"""Dossiers of whole sites: where they stood, what is known of them, what captures of them hold, whose pictures it is.

A capture keeps no picture: an address, the page it stood on, where it says the picture comes from, and digests; and
those until their day alone.
"""

from typing import ClassVar

from django.db import models

from havre.cases.models import Case, Intake
from havre.units.models import Person, Unit

LONGEST_NAME = 120
LONGEST_ADDRESS = 2_000
"""Characters of an address, as `havre.addresses` takes them."""


class Site(models.Model):
    """One site as its investigators call it, whatever its addresses are by now."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=LONGEST_NAME)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "name"], name="one_site_a_name")]


class AddressKind(models.TextChoices):
    """What an address is to a site."""

    ADDRESS = "address"
    MIRROR = "mirror"
    MOVED_TO = "moved to"


class SiteAddress(models.Model):
    """An address at which the site stood or stands, with who says so; newer ones stand beside older ones."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="addresses")
    address = models.TextField()
    """Canonical, as `havre.addresses` writes it."""
    host = models.CharField(max_length=255)
    registrable = models.CharField(max_length=255)
    """The registrable domain, or the host where there is none: what `hotline.Page.site` holds too."""
    kind = models.CharField(max_length=10, choices=AddressKind)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    source = models.TextField(blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["registrable"], name="sites_by_domain")]


class FactKind(models.TextChoices):
    """What a statement about a site says."""

    OPERATOR = "operator"
    CONTACT = "contact"
    SECTION = "section behind a password"
    COMMENTS = "comments"
    """How many comments of one category."""
    VISITORS = "visitors"
    """How many, as somebody reported."""
    ARREST = "arrest"
    OTHER = "other"


class SiteFact(models.Model):
    """One statement about a site, with its source and day; whoever learns better adds another."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="facts")
    kind = models.CharField(max_length=26, choices=FactKind)
    value = models.TextField()
    """What is said; of comments their category, of visitors over which time."""
    count = models.PositiveBigIntegerField(null=True)
    source = models.TextField(blank=True)
    said_on = models.DateField(null=True)
    """The day of which it is true."""
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)


class SiteCase(models.Model):
    """That a dossier of the unit belongs to a site."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sites")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "case"], name="one_link_a_case")]


class Capture(models.Model):
    """One capture of a site that somebody made, as it is read or was read."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="captures")
    path = models.TextField()
    """How it was called when it was handed in."""
    format = models.CharField(max_length=10)
    sha256 = models.BinaryField(max_length=32)
    """Of the file; of a folder, over names, sizes and days of its files."""
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    position = models.PositiveBigIntegerField(default=0)
    """Line or record up to which all was dealt with, so that an import that was killed goes on behind it."""
    good = models.PositiveBigIntegerField(default=0)
    bad = models.PositiveBigIntegerField(default=0)
    passed = models.PositiveBigIntegerField(default=0)
    """Records of a WARC, files of a folder, that are no picture, film or sound."""
    bad_by_reason = models.JSONField(default=dict)
    media = models.PositiveBigIntegerField(default=0)
    """Distinct contents; counted at the end."""
    kinds = models.JSONField(default=dict)
    """By which digests it names its contents: how many distinct ones of each kind."""
    ended_early = models.BooleanField(default=False)
    """Whether it breaks off."""
    platforms = models.CharField(max_length=40, blank=True)
    """Version of the list of platforms by which origins were told."""
    known = models.PositiveBigIntegerField(default=0)
    """Of its distinct contents, how many the unit held or knew when they were last counted."""
    known_at = models.DateTimeField(null=True)
    origins = models.JSONField(default=list)
    """What it says of open pages by platform, as it was grouped at the end."""
    intake = models.ForeignKey(Intake, on_delete=models.SET_NULL, related_name="captures", null=True)
    """Into which its pictures and films were taken, where somebody asked for that."""
    retain_until = models.DateField(null=True)
    """The last day on which its rows are kept; None of those that were read before captures had one."""
    erased_at = models.DateTimeField(null=True)
    """When its rows were erased on their day: what was counted of it stays, and compares with nothing."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "sha256"], name="one_capture_a_content")]

    @property
    def read(self) -> int:
        """Everything that was looked at: the sum of what was good, what was bad and what was passed over."""
        return self.good + self.bad + self.passed


class Told(models.TextChoices):
    """What tells that a picture comes from a platform."""

    NOTHING = ""
    SOURCE = "source"
    """The capture names where it was taken from."""
    ADDRESS = "address"
    """The platform itself served it."""
    PAGE = "page"
    """It stood on a page of the platform."""


class Captured(models.Model):
    """One row of a capture: compact, for there are millions; written in the order of positions, by one index alone."""

    # Checked by no trigger: that would be a question for each of millions of rows, which go before their capture does.
    capture = models.ForeignKey(
        Capture, on_delete=models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    position = models.PositiveBigIntegerField()
    """Its line or record in the capture, from 1."""
    address = models.TextField()
    """Where it stood; of a folder, its way in it. Text, and never followed."""
    page = models.TextField(blank=True)
    """On which page it stood, where the capture says so."""
    source = models.TextField(blank=True)
    """Where the capture says it was taken from."""
    type = models.CharField(max_length=40, blank=True)
    """What its bytes are, or are said to be."""
    sha256 = models.BinaryField(max_length=32, null=True)
    sha1 = models.BinaryField(max_length=20, null=True)
    md5 = models.BinaryField(max_length=16, null=True)
    platform = models.CharField(max_length=40, blank=True)
    """The open platform from which it comes, as the list of platforms tells; empty where nothing says so."""
    told = models.CharField(max_length=8, choices=Told, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["capture", "position"], name="one_row_a_position")]
        indexes: ClassVar = [
            models.Index(fields=["capture", "platform"], name="rows_by_platform", condition=~models.Q(platform="")),
        ]


class Content(models.Model):
    """One digest that a capture names: made at its end in the order of digests, so that captures are compared by it."""

    capture = models.ForeignKey(
        Capture, on_delete=models.CASCADE, related_name="contents", db_index=False, db_constraint=False
    )
    digest = models.BinaryField(max_length=32)
    """SHA-256, SHA-1 or MD5: its length tells which."""
    first = models.PositiveBigIntegerField()
    """Position of the first row that has it. Digests of one file share it: so it numbers the distinct contents."""
    times = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["capture", "digest"], name="one_content_a_digest")]


class Family(models.Model):
    """What a parent declared of a child's pictures, for as long as the family consents; never anybody's name."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="families")
    number = models.PositiveIntegerField()
    """Counts from 1 in each site; never given twice."""
    page = models.TextField(blank=True)
    """The family's own page from which pictures were taken; empty once the consent is withdrawn."""
    platform = models.CharField(max_length=40, blank=True)
    contact = models.TextField(blank=True)
    """How to reach the family, sealed; empty where nobody said, or once the consent is withdrawn."""
    consent_on = models.DateField()
    withdrawn_on = models.DateField(null=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "number"], name="one_family_a_number")]

    @property
    def reference(self) -> str:
        """How people and the log call it."""
        return f"F{self.number}"


class FamilyDigest(models.Model):
    """The digest of a picture that the family says is theirs; gone with the consent."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="digests", db_index=False)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["family", "digest"], name="one_digest_a_family")]
