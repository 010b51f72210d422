"""What a country's policy says: which way a page takes, by the first rule that applies; times, second people, ladders.

Values only: where the files are and what may stand in them, `policy_file` knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from havre.errors import Broken


class Hosting(StrEnum):
    """Where a page is, as far as rules ask; a rule may also name a country."""

    OWN = "own"
    MEMBER = "member"
    """A country with a member of INHOPE."""
    OTHER = "other"
    CDN = "cdn"
    """Behind a network that hides the host."""
    NOTHING = "nothing"
    """It hosts nothing itself: it links, or shows what others found."""
    SHORTENER = "shortener"
    """It leads elsewhere, and nobody said yet where that is."""
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """Who may be written to, and the rungs of a ladder."""

    HOST = "host"
    CDN = "cdn"
    UPSTREAM = "upstream"
    REGISTRAR = "registrar"
    COORDINATOR = "coordinator"
    PUBLICATION = "publication"
    POLICE = "police"
    HOTLINE = "hotline"
    PLATFORM = "platform"


class Act(StrEnum):
    """What is asked of a recipient."""

    REMOVE = "remove"
    PRESERVE = "preserve"
    INFORM = "inform"


UNDETERMINED = "undetermined"
"""The route of a page of which nobody knows where it is."""


@dataclass(frozen=True, slots=True)
class To:
    """One recipient of a rule; where no name is given, it follows from where the page is."""

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder for who stays silent: to whom, and how many hours until the next."""

    kind: str
    hours: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One way: when it applies, and what follows."""

    name: str
    route: str
    hosting: frozenset[str] = frozenset()
    """Values of Hosting or countries; empty where it does not matter."""
    danger: bool | None = None
    category: frozenset[str] = frozenset()
    recipients: tuple[To, ...] = ()
    acts: tuple[str, ...] = ()
    needs: str = ""
    """What must happen before, in words: a magistrate's approval."""
    hours: int = 0
    """Within which the recipient must have it; 0 where the policy's own time for that holds."""
    writes_to_host: bool = False
    """Whether the hotline itself asks whoever hosts the page."""
    ladder: tuple[Rung, ...] = ()
    """Empty where the hotline sends no notices itself."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What the file itself says of this rule, by language: its `name`, what it `needs`, its `route`."""


@dataclass(frozen=True, slots=True)
class Times:
    """Service times in hours: how long a page may wait for each thing."""

    danger: int
    judge: int
    second: int
    route: int
    act: int
    gone: int


@dataclass(frozen=True, slots=True)
class Days:
    """For how many days something is kept, or holds."""

    closed: int
    """What is personal of a report, after its pages were closed."""
    not_actionable: int
    """The same, where nothing was to be done."""
    open: int
    """The same, after the report came, where its pages are never over: what never ends is not kept forever."""
    judgement: int
    """How long "not actionable" holds for a page that is reported again: what stands there may have changed."""


@dataclass(frozen=True, slots=True)
class Looks:
    """How often the isolated fetcher may ask whether a page is gone, in hours; a policy that says nothing has these."""

    every: int = 24
    """At least so long after it last asked for the page."""
    apart: int = 24
    """At least so far from one another two looks in a row find it absent before that counts as gone."""
    again: int = 168
    """The same as `every`, of a page that is gone: it may come back."""


CAPTURE_DAYS = 730
"""How long captures of sites are kept where a policy says nothing: as long as reports of pages that are never over."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One country's policy, of one version."""

    name: str
    version: str
    source: str
    verified: str
    """Who of the unit compared it with what holds, and when; empty where nobody did."""
    two_people: frozenset[str]
    """Verdicts that a second person must share, and kinds of rungs that one must confirm."""
    times: Times
    days: Days
    rules: tuple[Rule, ...]
    looks: Looks = Looks()
    capture_days: int = CAPTURE_DAYS
    """How many days the rows of a capture of a site are kept, where no case says until when."""


@dataclass(frozen=True, slots=True)
class Members:
    """Which countries have a member of INHOPE, as known on a day."""

    version: str
    date: str
    source: str
    hotlines: Mapping[str, str]
    """The name of the member, by country."""

    def has(self, country: str) -> bool | None:
        """Whether there is one; None where no country is known."""
        return country in self.hotlines if country else None


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of where a page is."""

    country: str = ""
    cdn: bool = False
    nothing: bool = False
    """Whether it hosts nothing itself."""
    shortener: bool = False
    """Whether it only leads on, and nobody knows where to."""


@dataclass(frozen=True, slots=True)
class Way:
    """What a policy says of one page."""

    rule: Rule
    place: Place
    inhope: bool | None
    recipients: tuple[To, ...]
    """With the names that follow from where the page is."""


def hosting_of(place: Place, own: str, members: Members) -> Hosting:
    """Where the page is, as rules ask it. What a CDN hides is not where its own machines stand."""
    if place.nothing:
        return Hosting.NOTHING
    if place.shortener:
        return Hosting.SHORTENER
    if place.cdn:
        return Hosting.CDN
    if not place.country:
        return Hosting.UNKNOWN
    if place.country == own:
        return Hosting.OWN
    return Hosting.MEMBER if members.has(place.country) else Hosting.OTHER


def way_of(policy: Policy, members: Members, own: str, place: Place, danger: bool, category: str) -> Way:
    """The way that the first rule which applies says, for a unit of the country `own`."""
    hosting = hosting_of(place, own, members)
    # Of what is behind a CDN, or only links, no country is known: the one its machines stand in says nothing.
    country = place.country if hosting in (Hosting.OWN, Hosting.MEMBER, Hosting.OTHER) else ""
    where = frozenset(filter(None, (hosting, country)))
    rule = next((rule for rule in policy.rules if _applies(rule, where, danger, category)), None)
    if rule is None:
        raise Broken("the policy %(name)s has no rule for hosting %(hosting)s", name=policy.name, hosting=hosting)
    named = tuple(To(to.kind, to.name or _named(to.kind, country, members)) for to in rule.recipients)
    return Way(rule, replace(place, country=country), members.has(country), named)


def _applies(rule: Rule, where: frozenset[str], danger: bool, category: str) -> bool:
    return (
        (not rule.hosting or bool(rule.hosting & where))
        and (rule.danger is None or rule.danger == danger)
        and (not rule.category or category in rule.category)
    )


def _named(kind: str, country: str, members: Members) -> str:
    return members.hotlines.get(country, "") if kind == Kind.HOTLINE else ""
