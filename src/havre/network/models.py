"""Other nodes, what was said between us, what each saw of the other's log."""

from typing import ClassVar

from django.db import models

from havre.sealing.message import NOTHING, Place
from havre.sealing.peer import fingerprint
from havre.units.models import Person


class Own(models.Model):
    """How this node introduces itself: one row."""

    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    addresses = models.JSONField(default=list)
    hub = models.CharField(max_length=64, blank=True)
    serial = models.PositiveIntegerField(default=0)
    generation = models.PositiveIntegerField(default=0)
    introduction = models.TextField(blank=True)
    """As it was made last."""
    resolved_at = models.DateTimeField(null=True)
    """When somebody decided to go on although this node went back to an older state."""
    hashed_at = models.DateTimeField(null=True)
    """When the whole log was hashed anew for a witness."""


class State(models.TextChoices):
    """Where the acquaintance with another node stands."""

    INTRODUCED = "introduced"
    """Its file was read; nobody has compared the fingerprint yet."""
    ACCEPTED = "accepted"
    REVOKED = "revoked"


class Peer(models.Model):
    """Another node."""

    node = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200, unique=True)
    country = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=State, default=State.INTRODUCED)
    introduction = models.TextField()
    """The newest it made of itself."""
    serial = models.PositiveIntegerField()
    generation = models.PositiveIntegerField()
    key = models.BinaryField(max_length=32)
    """The public key of its log, by which it is known for ever."""
    certificate = models.BinaryField()
    addresses = models.JSONField(default=list)
    hub = models.CharField(max_length=64, blank=True)
    protocols = models.JSONField(default=list)
    introduced_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    introduced_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    # What is sent to it.
    cursor = models.PositiveBigIntegerField(default=0)
    """The change of the board up to which everything it may know was told and acknowledged."""
    sent_number = models.PositiveBigIntegerField(default=0)
    sent_digest = models.CharField(max_length=64, default=NOTHING)
    """The last message that it acknowledged."""
    holds = models.PositiveIntegerField(default=0)
    """The serial of our introduction that it holds."""
    groups = models.JSONField(default=list)
    """The groups its units were in when the board was last looked at for it: others may know other things."""
    round = models.PositiveIntegerField(default=0)
    """How often the board was begun from the start for it."""

    # What came from it.
    received_number = models.PositiveBigIntegerField(default=0)
    received_digest = models.CharField(max_length=64, default=NOTHING)
    received_proof = models.JSONField(default=dict)
    """The last message that was taken, as it signed it, without the sealed part."""
    anew = models.CharField(max_length=32, blank=True)
    """We lost what we had of it: by this word we ask for all of it again."""
    anew_done = models.CharField(max_length=32, blank=True)
    """The last such word of its own that we followed."""

    # How it goes.
    contact_at = models.DateTimeField(null=True)
    clock_difference = models.FloatField(null=True)
    """Seconds by which its clock is ahead of ours."""
    trouble = models.TextField(blank=True)
    """Why the last try failed."""
    tries = models.PositiveIntegerField(default=0)
    again_at = models.DateTimeField(null=True)
    gaps = models.PositiveIntegerField(default=0)
    """How often a message came whose predecessors were missing."""
    doubted = models.TextField(blank=True)
    """Why nothing is taken from it any more, until somebody here resolves it."""
    doubted_at = models.DateTimeField(null=True)
    behind_at = models.DateTimeField(null=True)
    """When it said that it lost what it had: it went back to an older state."""
    offered_at = models.DateTimeField(null=True)
    """When a checkpoint of our log was last offered to it."""

    def __str__(self) -> str:
        return f"{self.name} ({self.country})"

    @property
    def fingerprint(self) -> str:
        """What is read aloud."""
        return fingerprint(self.node)

    @property
    def sent(self) -> Place:
        """The last message that it acknowledged."""
        return Place(self.sent_number, self.sent_digest)

    @property
    def received(self) -> Place:
        """The last message of it that was taken."""
        return Place(self.received_number, self.received_digest)


class PeerKey(models.Model):
    """Keys of a peer, and from when until when they count here."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="peer_keys")
    generation = models.PositiveIntegerField()
    sign = models.BinaryField(max_length=32)
    seal = models.BinaryField(max_length=32)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["peer", "generation"], name="one_key_a_generation")]


class Outgoing(models.Model):
    """Something that is told to one peer besides what is on the board."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="outgoing")
    kind = models.CharField(max_length=40)
    body = models.JSONField()
    made_at = models.DateTimeField()
    urgent = models.BooleanField(default=False)
    """Before all others."""
    number = models.PositiveBigIntegerField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["peer", "-urgent", "id"], name="outgoing_left", condition=models.Q(acknowledged_at=None)
            ),
        ]


class Sent(models.Model):
    """One making of a message that is not acknowledged yet: what of it arrived, the next answer says."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="in_flight")
    number = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    outgoing = models.ForeignKey(Outgoing, on_delete=models.CASCADE, null=True, related_name="+")
    cursor = models.PositiveBigIntegerField(default=0)
    """The change of the board that it reaches to."""
    round = models.PositiveIntegerField(default=0)
    things = models.JSONField(default=dict)
    """What it tells: reference to the digest of what is told; an empty one where it is withdrawn."""
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["peer", "digest"], name="one_making")]
        indexes: ClassVar = [models.Index(fields=["peer", "number"], name="sent_by_number")]


class Told(models.Model):
    """What a peer was told of a thing of ours: so that it is told once, and told when it is withdrawn."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="told")
    ref = models.UUIDField()
    digest = models.CharField(max_length=64, blank=True)
    """Of what it has acknowledged; empty where it may have been told and never said so."""
    number = models.PositiveBigIntegerField(null=True)
    told_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    """When it acknowledged that the thing was withdrawn."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["peer", "ref"], name="told_once")]


class Incoming(models.Model):
    """A message that was taken, and what came of it."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="incoming")
    number = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    trouble = models.TextField(blank=True)
    """Why it could not be applied, or parts of it."""
    kept = models.JSONField(null=True)
    """What it says, where this version does not know what to do with it."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["peer", "number"], name="taken_once")]


class Refusal(models.Model):
    """A message that was not taken, however often it came."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="refusals")
    digest = models.CharField(max_length=64)
    why = models.CharField(max_length=120)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["peer", "digest", "why"], name="refused_once")]


class Receipt(models.Model):
    """What a peer signed when it had withdrawn things of ours."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="receipts")
    ref = models.UUIDField()
    number = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    """Of the message that withdrew it: our log says of which things it spoke."""
    answer = models.TextField()
    """Its statement that it took everything up to that message or beyond."""
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["ref"], name="receipts_by_thing")]


class Word(models.Model):
    """What the people who run one node tell those of another."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="words")
    number = models.PositiveBigIntegerField()
    text = models.TextField()
    at = models.DateTimeField()


class Witnessed(models.Model):
    """A checkpoint of a peer's log that we countersigned."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="witnessed")
    number = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField()
    frontier = models.TextField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["peer", "number"], name="witnessed_once")]


class Countersigned(models.Model):
    """A checkpoint of our log that a peer countersigned."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="countersigned")
    number = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField()
    line = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["peer", "number"], name="countersigned_once")]


class Alarm(models.Model):
    """A node whose log contradicts what was witnessed of it, as we found out or were told."""

    node = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    told_by = models.ForeignKey(Peer, on_delete=models.CASCADE, null=True, related_name="alarms")
    """Nobody where we found out ourselves."""
    why = models.TextField()
    notes = models.JSONField(default=list)
    """The checkpoints that contradict each other, signed by that node."""
    proven = models.BooleanField(default=False)
    """Whether the notes alone prove it."""
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
