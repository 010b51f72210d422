"""What was demanded of whom, how often it was sent, what came back, and who saw that it is gone."""

from typing import ClassVar

from django.db import models

from havre.hotline.models import Page
from havre.media.outside.signs import Saw, Why
from havre.sites.models import Capture
from havre.units.models import Person, Unit


class Kind(models.TextChoices):
    """What somebody is that a notice may go to; those of the silence ladder stand in its usual order."""

    HOST = "host"
    CDN = "cdn"
    """Whoever stands before the host and hides it."""
    UPSTREAM = "upstream"
    """Whoever carries the host's traffic."""
    REGISTRAR = "registrar"
    COORDINATOR = "coordinator"
    """The national coordinator for digital services."""
    PUBLICATION = "publication"
    """Where it is published that a provider stays silent."""
    POLICE = "police"
    HOTLINE = "hotline"
    PLATFORM = "platform"


class Recipient(models.Model):
    """Somebody whom a unit writes to; nobody is written to before a person has verified the address."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="recipients")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind)
    country = models.CharField(max_length=2, blank=True)
    email = models.CharField(max_length=254, blank=True)
    api = models.CharField(max_length=500, blank=True)
    """An https address that takes notices as JSON. Without one and without an e-mail they are handed over as files."""
    language = models.CharField(max_length=2, default="en")
    takes_hashes = models.BooleanField(default=False)
    """Whether they are entitled to hashes of what was found."""
    answers_for = models.JSONField(default=list)
    """The networks (AS64500), holders, registrars, sites and hosts that they answer for, in small letters."""
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    doubt = models.TextField(blank=True)
    """Why it is verified no more: mail came back, or it was changed."""
    barred_at = models.DateTimeField(null=True)
    """When their own address refused to let us in, while nobody has given another credential since."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "name"], name="one_recipient_a_name")]


class Credential(models.Model):
    """With what a unit is let in at the own address of a recipient: sealed to the unit, never shown again."""

    recipient = models.OneToOneField(Recipient, on_delete=models.CASCADE, related_name="credential")
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")


class Act(models.TextChoices):
    """What is asked of them."""

    REMOVE = "remove"
    PRESERVE = "preserve"
    INFORM = "inform"


class State(models.TextChoices):
    """How far a notice is."""

    DRAFTED = "drafted"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REMOVED = "removed"
    """Somebody looked: it is gone. That the host says so is not enough."""
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    REAPPEARED = "reappeared"
    RETRACTED = "retracted"


class Notice(models.Model):
    """The demand that one recipient act on one page: sent again every day until it is gone."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="takedowns")
    reference = models.CharField(max_length=24, unique=True)
    """What stands in every letter; answers are found by it."""
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="notices")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="notices")
    rung = models.PositiveSmallIntegerField(default=0)
    """How far up the silence ladder: 0 is whom the route names first."""
    act = models.CharField(max_length=8, choices=Act, default=Act.REMOVE)
    preserve = models.BooleanField(default=False)
    """Whether they are also asked to keep a copy for the police before they remove it."""
    named = models.BooleanField(default=True)
    """Whether the letters name the unit; for these offences they need not."""
    basis = models.TextField(blank=True)
    """The law it rests on, as the letter says it; empty: what the letter says by itself."""
    hours = models.PositiveIntegerField()
    """For so long they may stay silent before the next rung."""
    holder = models.CharField(max_length=200, blank=True)
    """Who hosted the page when it was drafted, as the operator's data have it."""
    country = models.CharField(max_length=2, blank=True)
    """Where."""
    state = models.CharField(max_length=12, choices=State, default=State.DRAFTED)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)
    """When its first letter is due, or was; silence is counted from then. None while a person has to confirm it."""
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    acknowledged_at = models.DateTimeField(null=True)
    """When they first said that they have it."""
    ended_at = models.DateTimeField(null=True)
    """When it came to the state in which it is, where it waits for nothing more from them."""
    raised_at = models.DateTimeField(null=True)
    """When the ladder went on because of it."""
    trouble = models.TextField(blank=True)
    """What stands in the way, for somebody to look at: nobody verified for the next rung, say."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["page", "recipient", "act"],
                condition=~models.Q(state=State.RETRACTED),
                name="one_notice_a_recipient",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "state", "due_at"], name="takedowns_waiting")]


class Letter(models.TextChoices):
    """Which letter is handed over."""

    NOTICE = "notice"
    RETRACTION = "retraction"
    """What takes a notice or a request back."""
    REQUEST = "request"
    LONGER = "longer"
    """That what a request asks to be kept is to be kept for longer."""


class How(models.TextChoices):
    """By which way."""

    MAIL = "mail"
    API = "api"
    FILE = "file"


class Outcome(models.TextChoices):
    """What became of one handing over."""

    BEGUN = "begun"
    """Nothing has left: it is done again."""
    LEAVING = "leaving"
    """What can't be taken back is being done, or whoever did it has ended meanwhile."""
    TAKEN = "taken"
    PERHAPS = "perhaps taken"
    """Whoever handed it over ended at that moment: it counts as taken."""
    REFUSED = "refused"
    """The server takes nothing for that address."""
    DROPPED = "dropped"
    """It was not wanted any more before it left."""


class Transmission(models.Model):
    """One handing over of one letter: written down before it leaves, and never done twice."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="transmissions", null=True)
    """None where it is a letter of a request."""
    number = models.PositiveSmallIntegerField()
    letter = models.CharField(max_length=10, choices=Letter, default=Letter.NOTICE)
    how = models.CharField(max_length=4, choices=How)
    to = models.CharField(max_length=500, blank=True)
    """The address it goes to, as it stood then."""
    message_id = models.CharField(max_length=120, unique=True)
    due_at = models.DateTimeField()
    begun_at = models.DateTimeField()
    at = models.DateTimeField(null=True)
    """When it was taken."""
    outcome = models.CharField(max_length=14, choices=Outcome, default=Outcome.BEGUN)
    tries = models.PositiveSmallIntegerField(default=0)
    """That failed, one after the other, before anything had left."""
    again_at = models.DateTimeField(null=True)
    """When it is tried again."""
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "number"], name="one_transmission_a_number"),
        ]
        indexes: ClassVar = [models.Index(fields=["outcome"], name="transmissions_open")]


class Answers(models.TextChoices):
    """What kind of answer it is."""

    RECEIPT = "receipt"
    DECISION = "decision"
    REDRESS = "redress"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    OTHER = "other"


class Response(models.Model):
    """What a recipient said, sealed to the unit."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="responses")
    kind = models.CharField(max_length=10, choices=Answers)
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    """Who typed it in; None where it came by itself."""
    read_at = models.DateTimeField(null=True)
    """When a person first read what came by itself."""
    letter = models.ForeignKey(Transmission, on_delete=models.SET_NULL, related_name="+", null=True)
    """The letter that it answers or gives back, where it names one."""


BY_PERSON = "a person looked"
"""How it is known that somebody saw it with their own eyes; nothing else is held against whoever hosts it."""
BY_FETCHER = "the isolated fetcher asked"


class Look(models.Model):
    """That somebody looked whether a page is gone, or had the isolated fetcher ask."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="looks")
    gone = models.BooleanField()
    """Whether it is known that it was gone then: what the fetcher finds absent is, once it found that again later."""
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    """Whoever looked, or in whose name the fetcher asked."""
    at = models.DateTimeField()
    how = models.CharField(max_length=40)
    """By a person, or by the isolated fetcher."""
    saw = models.CharField(max_length=8, blank=True, choices=[(each.value, each.value) for each in Saw])
    """What the fetcher found; empty where a person looked."""
    why = models.CharField(max_length=12, blank=True, choices=[(each.value, each.value) for each in Why])
    """By what it told that."""
    status = models.PositiveSmallIntegerField(default=0)
    """What the server answered, as HTTP numbers it; 0 where nothing came, or a person looked."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["page", "-id"], name="looks_by_page"),
            models.Index(fields=["page", "how", "at"], name="looks_by_how"),
        ]


class Lookout(models.Model):
    """That a unit has the fetcher look by itself, in turn, at the pages of which notices wait."""

    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, related_name="lookout")
    since = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")


class Return(models.Model):
    """That what was gone came back: on its page, or the same media elsewhere."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="returns")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    """Where it is now."""
    how = models.CharField(max_length=40)
    at = models.DateTimeField()
    capture = models.ForeignKey(Capture, on_delete=models.SET_NULL, related_name="+", null=True)
    """The capture in which the same media stand, where that is how it is known."""
    where = models.TextField(blank=True)
    """At which address it has them; empty once what it held is erased."""


class First(models.Model):
    """That a person confirmed the first notice of a kind; those after it go by themselves."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    act = models.CharField(max_length=8, choices=Act)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "kind", "act"], name="one_first_a_kind")]
