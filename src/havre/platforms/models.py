"""What was asked of providers and how they answer; mail that came in; the register, and what a provider sees of it
before anybody else does.
"""

from typing import ClassVar

from django.db import models

from havre.cases.models import Case
from havre.hotline.models import Page
from havre.notices.models import Answers, Notice, Recipient, Transmission
from havre.series.models import Series
from havre.units.models import Person, Unit


class Asks(models.TextChoices):
    """What is asked of a provider."""

    PRESERVE = "preserve"
    DISCLOSE = "disclose"
    REMOVE = "remove"
    INFORM = "inform"


class State(models.TextChoices):
    """How far a request is."""

    QUEUED = "queued"
    """Its letter has not left."""
    ASKED = "asked"
    ANSWERED = "answered"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    """Its deadline passed."""
    ENDED = "ended"
    """Nothing is asked any more: what was preserved was fetched, or its time ran out."""
    WITHDRAWN = "withdrawn"


class Completeness(models.TextChoices):
    """How much of what was asked came."""

    NOT_SAID = ""
    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


class Request(models.Model):
    """What one provider is asked, by which law, until when."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="requests")
    reference = models.CharField(max_length=24, unique=True)
    """What stands in the letter; answers are found by it."""
    kind = models.CharField(max_length=8, choices=Asks)
    provider = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="requests")
    basis = models.TextField()
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="requests", null=True)
    series = models.ForeignKey(Series, on_delete=models.SET_NULL, related_name="+", null=True)
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, related_name="+", null=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    days = models.PositiveIntegerField()
    """They have to answer, from when its letter left."""
    sent_at = models.DateTimeField(null=True)
    """When its letter left; None while it has not, and once it came back."""
    deadline = models.DateTimeField(null=True)
    """As its letter says it; None while none left."""
    kept_until = models.DateTimeField(null=True)
    """Until when a provider keeps what it is asked to preserve; counted from when the letter left."""
    prolonged_at = models.DateTimeField(null=True)
    """When it was prolonged, while the provider was not told of it."""
    reminded_at = models.DateTimeField(null=True)
    """When somebody was last told that this ends soon."""
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    answered_at = models.DateTimeField(null=True)
    """When they first said anything about it."""
    completeness = models.CharField(max_length=8, choices=Completeness, blank=True)
    ended_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)
    """What stands in the way of its letter, for somebody to look at."""
    unsure = False
    """No column: whether nobody knows that its letter left, where `requests_of` read it."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["unit", "state", "deadline"], name="requests_waiting")]


class Handed(models.Model):
    """That a letter is one of a request; all else of it stands with the letters of notices."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="handed")
    letter = models.OneToOneField(Transmission, on_delete=models.CASCADE, related_name="handed")


class Reply(models.Model):
    """What a provider said to a request: sealed to the unit."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="replies")
    kind = models.CharField(max_length=10, choices=Answers, default=Answers.OTHER)
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    """Who wrote it down; None where it came by mail."""
    read_at = models.DateTimeField(null=True)
    """When a person first read what came by mail."""


class ReadMail(models.Model):
    """That a mail was read: the same bytes are not read twice."""

    digest = models.BinaryField(max_length=32, unique=True)
    at = models.DateTimeField()


class Stray(models.Model):
    """A mail that belongs to nothing that is known: it waits, sealed, until a person says where it goes."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="strays")
    kind = models.CharField(max_length=10)
    sealed = models.BinaryField()
    at = models.DateTimeField()
    """When it was read here."""
    placed_at = models.DateTimeField(null=True)
    placed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    placed = models.CharField(max_length=24, blank=True)
    """The reference it was put to; empty where it was set aside."""
    aside = models.TextField(blank=True)
    """Why it was set aside, in the words of who did; it holds nothing personal."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["unit", "placed_at", "id"], name="strays_waiting")]


class Edition(models.Model):
    """One register: of a time, shown to those it names, and published when they had their days."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    """How the unit calls it: from 1."""
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    policy = models.CharField(max_length=40)
    """The version of the policy by which it is counted."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    publish_after = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "number"], name="one_edition_a_number")]


class Record(models.Model):
    """What one register says of one provider, with the notices it is computed from."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="records")
    provider = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="records")
    figures = models.JSONField()
    sources = models.JSONField(default=list)
    """References, each with what was counted of it."""
    corrected_at = models.DateTimeField(null=True)
    """When it was last counted again because something of it was wrong."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "provider"], name="one_record_a_provider")]


class AccessCode(models.Model):
    """The hash of a code with which a provider reads its own record and contests it, before and after it is public."""

    record = models.OneToOneField(Record, on_delete=models.CASCADE, related_name="access")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)
    """When it was first used."""


class LeftOut(models.Model):
    """A notice that counts in no register: somebody found that what was counted of it was wrong."""

    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="left_out")
    because = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
