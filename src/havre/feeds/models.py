"""Hash lists of a unit: entries and their lives, what subscribers were given, and what they said of it."""

from typing import ClassVar

from django.db import models

from havre.media.models import Medium
from havre.units.models import Person, Unit


class Audience(models.TextChoices):
    """For whom a list is made; a source that lets its things go to them names the group of this code."""

    PLATFORM = "platform"
    HOTLINE = "hotline"
    PROVIDER = "provider"
    """Who gives access to the network, and blocks."""


class Purpose(models.TextChoices):
    """What is on a list."""

    BASELINE = "baseline"
    """What two countries or more judged to be of the internationally agreed narrowest class."""
    NATIONAL = "national"
    """What the law of one country forbids."""
    GENERATED = "generated"
    """What a machine made, apart from everything else."""
    UNREVIEWED = "unreviewed"
    """What people ask for themselves, and nobody saw."""


class State(models.TextChoices):
    """How far an entry is."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    """By a second person; the next version has it."""
    PUBLISHED = "published"
    CHALLENGED = "challenged"
    """Published, and a subscriber says that it is wrong."""
    RETRACTED = "retracted"


class KeyRole(models.TextChoices):
    """What a key signs."""

    ROOT = "root"
    TARGETS = "targets"
    ONLINE = "online"
    """Snapshot and timestamp."""


class Feed(models.Model):
    """The lists of one unit, under one counter of versions. Its row is locked while something of it changes."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="feed")
    version = models.PositiveBigIntegerField(default=0)
    """The last version that was given."""
    numbers = models.PositiveBigIntegerField(default=0)
    """The last number that an entry got; none is ever given twice."""
    signed = models.PositiveBigIntegerField(default=0)
    """The number of the newest metadata: of timestamp, snapshot and targets alike."""
    signed_at = models.DateTimeField(null=True)
    written = models.PositiveBigIntegerField(default=0)
    """The number of the newest metadata of which everything lies on disk."""
    stale = models.BooleanField(default=False)
    """Whether who reads what, or the keys, changed since that was written."""
    threshold = models.PositiveSmallIntegerField(default=1)
    """Root keys that must sign."""
    doubted = models.BooleanField(default=False)
    """Whether its rows are of a backup, and nobody has shown yet that their root is the newest."""
    looked = models.PositiveBigIntegerField(default=0)
    """The last entry of which it was looked whether its source still lets it go."""
    board = models.PositiveBigIntegerField(default=0)
    """The last change of what others told of the same media, up to which that was looked at."""
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()


class Version(models.Model):
    """One version of a feed."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    changed = models.PositiveBigIntegerField(default=0)
    """Entries that are new in it or otherwise."""
    retracted = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["feed", "number"], name="one_version_a_number")]


class Key(models.Model):
    """A key of a feed. Of root keys only the public half is here: the other half lies where the operator put it."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="keys")
    role = models.CharField(max_length=7, choices=KeyRole)
    public = models.CharField(max_length=64)
    """Ed25519, in hexadecimal digits."""
    sealed = models.BinaryField(default=b"")
    """Its seed, sealed to the unit; none of root keys, nor of one that ended."""
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["feed", "public"], name="one_key_a_feed")]


class Root(models.Model):
    """One version of what says which keys sign what: kept whole, for whoever was away follows all of them."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="roots")
    version = models.PositiveIntegerField()
    told = models.BinaryField()
    at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["feed", "version"], name="one_root_a_version")]


class HashList(models.Model):
    """One list of a feed."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="lists")
    name = models.CharField(max_length=40)
    """As subscribers call it."""
    purpose = models.CharField(max_length=10, choices=Purpose)
    country = models.CharField(max_length=2, blank=True)
    """Whose law, for national lists."""
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.PLATFORM)
    version = models.PositiveBigIntegerField(default=0)
    """The version of the feed in which it last changed."""
    whole = models.PositiveBigIntegerField(default=0)
    """The version as of which its parts are."""
    digest = models.CharField(max_length=64, blank=True)
    """Of everything that was published on it but canaries (havre.hashlists.digest); empty where it is not known yet."""
    blanked_at = models.DateTimeField(null=True)
    """When hashes of what was taken back were last forgotten: all its files are written anew then."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["feed", "name"], name="one_list_a_name")]


class Subscriber(models.Model):
    """Somebody who reads lists, at an address of their own, with a token of which only the digest is here."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="subscribers")
    name = models.CharField(max_length=100)
    ref = models.CharField(max_length=32, unique=True)
    """What stands in its address."""
    audience = models.CharField(max_length=8, choices=Audience)
    token = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of it."""
    lists = models.ManyToManyField(HashList, through="Subscription", related_name="subscribers")
    since = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["feed", "name"], name="one_subscriber_a_name")]


class Subscription(models.Model):
    """A list that a subscriber reads."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="+")
    listed = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subscriber", "listed"], name="one_subscription")]


class Entry(models.Model):
    """One content on one list, with what is told of it and how it came there."""

    listed = models.ForeignKey(HashList, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveBigIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    medium = models.ForeignKey(Medium, on_delete=models.SET_NULL, null=True, related_name="+")
    """The unit's medium; none where only hashes came, or where the medium was erased since."""
    key = models.CharField(max_length=64, blank=True)
    """How whoever asked for an unreviewed one takes it back."""
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    due = models.BooleanField(default=False)
    """Whether the next version is to say what it has become."""
    signals = models.JSONField()
    """Each as method, version and value; none once they were forgotten."""
    kind = models.CharField(max_length=7)
    labels = models.JSONField(default=list)
    categories = models.JSONField(default=dict)
    baseline = models.BooleanField(default=False)
    generated = models.BooleanField(default=False)
    reviewed = models.BooleanField(default=True)
    confirmed = models.PositiveIntegerField(default=0)
    """Units that judged it so."""
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    """None where whom it shows asked for it."""
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField(null=True)
    """When it was first published."""
    retracted_at = models.DateTimeField(null=True)
    blanked_at = models.DateTimeField(null=True)
    """When its hashes were forgotten."""
    because = models.TextField(blank=True)
    """Why it was taken back, in the words of whoever did; it holds nothing personal, and is told to nobody."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["listed", "number"], name="one_entry_a_number")]
        indexes: ClassVar = [
            models.Index(fields=["listed", "number"], name="entries_due", condition=models.Q(due=True)),
            models.Index(fields=["unit", "state", "id"], name="entries_by_state"),
            models.Index(fields=["unit", "key"], name="entries_by_key", condition=~models.Q(key="")),
            models.Index(fields=["listed", "proposed_at"], name="entries_by_day"),
            models.Index(
                fields=["listed", "number"],
                name="entries_to_blank",
                condition=models.Q(reviewed=False, state=State.RETRACTED, blanked_at=None),
            ),
        ]


class Canary(models.Model):
    """Hashes of nothing, on one list for one subscriber alone: found elsewhere, they say who let them out."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="canaries")
    listed = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveBigIntegerField()
    pdq = models.BinaryField(max_length=32)
    md5 = models.BinaryField(max_length=16)
    sha1 = models.BinaryField(max_length=20)
    sha256 = models.BinaryField(max_length=32)
    like = models.JSONField(default=dict)
    """What is told of it, as of another entry of the list, so that nothing tells it apart."""
    due = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["listed", "number"], name="one_canary_a_number")]
        indexes: ClassVar = [models.Index(fields=["md5"], name="canaries_by_md5")]


class Published(models.Model):
    """An entry of a list exactly as subscribers were last told of it."""

    listed = models.ForeignKey(HashList, on_delete=models.PROTECT, related_name="published", db_index=False)
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, null=True, related_name="+")
    """For whom alone it is: a canary."""
    number = models.PositiveBigIntegerField()
    version = models.PositiveBigIntegerField()
    changed = models.PositiveBigIntegerField()
    """Seconds of the epoch of its version."""
    retracted = models.BooleanField(default=False)
    retracted_in = models.PositiveBigIntegerField(null=True)
    """The version that took it back."""
    line = models.TextField()
    """As havre.hashlists.lines writes it."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["listed", "number"], name="published_once")]
        indexes: ClassVar = [
            models.Index(fields=["listed", "version", "number"], name="published_in_order"),
            models.Index(fields=["listed", "retracted_in"], name="published_gone", condition=models.Q(retracted=True)),
        ]


class Delta(models.Model):
    """Every entry of a list that changed behind one version up to another: one file."""

    listed = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="deltas")
    first = models.PositiveBigIntegerField()
    """The version behind which it begins."""
    last = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["listed", "last"], name="one_delta_a_version")]


class File(models.Model):
    """One file that is served, by its content; of one subscriber alone where canaries or lists differ."""

    listed = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="files")
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    entries = models.PositiveBigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    """When another took its place: it is given for a while to whoever is reading."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["listed", "subscriber", "name"],
                condition=models.Q(ended_at=None),
                name="one_file_a_subscriber",
            ),
            models.UniqueConstraint(
                fields=["listed", "name"],
                condition=models.Q(subscriber=None, ended_at=None),
                name="one_file_for_all",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["listed", "sha256"], name="files_by_content")]


class Receipt(models.Model):
    """A subscriber put a version of a list into use, with all that it takes back."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="receipts")
    listed = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    unlogged = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscriber", "listed", "version"], name="one_receipt_a_version"),
        ]


class Vote(models.Model):
    """What a subscriber says of an entry; its last word holds."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="votes")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="votes")
    up = models.BooleanField()
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    challenged_at = models.DateTimeField(null=True)
    """When it had the entry judged anew: it does so once, and not where there are too many in a day."""
    unlogged = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subscriber", "entry"], name="one_vote_an_entry")]


class Benign(models.Model):
    """A hash of something harmless, from a collection that the operator loaded: nothing near it is ever published."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="benign")
    source = models.CharField(max_length=200)
    pdq = models.BinaryField(max_length=32, null=True)
    md5 = models.BinaryField(max_length=16, null=True)
    sha1 = models.BinaryField(max_length=20, null=True)
    sha256 = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["feed", "md5"], name="benign_by_md5"),
            models.Index(fields=["feed", "sha1"], name="benign_by_sha1"),
            models.Index(fields=["feed", "sha256"], name="benign_by_sha256"),
        ]


class Publishing(models.Model):
    """A version is being put into the tables since then; the row goes with the version's own transaction."""

    feed = models.OneToOneField(Feed, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()


class Carried(models.Model):
    """A living entry of a list carries a signal, as subscribers were told; for formats that name signals alone."""

    listed = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+", db_index=False)
    mark = models.BinaryField(max_length=16)
    """The beginning of SHA-256 over what the content is, the method and the value."""
    number = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["listed", "mark", "number"], name="carried_once")]
        indexes: ClassVar = [models.Index(fields=["listed", "number"], name="carried_by_entry")]


class CarriedUntil(models.Model):
    """Up to which entry of a list it is written down which signals are carried."""

    listed = models.OneToOneField(HashList, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveBigIntegerField(default=0)
    number = models.PositiveBigIntegerField(default=0)
