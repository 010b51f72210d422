"""Everything an operator can choose. Read once, at start; nothing else reads the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import available_timezones

from havre.errors import Invalid

APPS = (
    *("units", "audit", "restrictions", "cases", "media", "matches", "assessments", "care"),
    *("series", "victims", "alerts", "exchange", "triggers", "network"),
    *("hosting", "sites", "hotline", "notices", "platforms", "corrections", "feeds", "selfservice"),
)
"""The rooms that have tables, in import order."""

PUBLIC = "havre.entrypoints.public"
"""What the public reaches: reports, and what came of them."""

PLATFORM = "havre.entrypoints.platform"
"""What subscribers of hash lists reach."""

PAGES = "havre.entrypoints.analyst"
"""The app that has the analyst's pages: templates, words, what browsers load."""

SIGN_IN = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
)
"""What signs people in, with its tables."""

PORTS = {"smtp": "587", "smtps": "465", "imap": "143", "imaps": "993"}
LANGUAGES = (("en", "English"), ("fr", "Français"), ("nl", "Nederlands"))

UTC = "UTC"
AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
"""What names of time zones begin with that are called by a place; the others are abbreviations and old names."""

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""This machine."""

FEEDS = "feeds"
"""The folder in a home of what subscribers of hash lists read."""

TIPS = "tips"
"""The folder in a home of files that platforms report."""

PROVIDER_ID = "unit"
"""How addresses call the identity provider of a unit."""


OIDC = {
    "server": "HAVRE_OIDC_SERVER",
    "client": "HAVRE_OIDC_CLIENT",
    "secret": "HAVRE_OIDC_SECRET",
    "unit": "HAVRE_OIDC_UNIT",
}
"""Where the environment says what is needed of a provider."""


@dataclass(frozen=True, slots=True)
class Provider:
    """The identity provider of one unit (OpenID Connect)."""

    server: str
    """Its issuer: an https:// address under which /.well-known/openid-configuration lies."""
    client: str
    secret: str
    unit: str
    """The unit whose people it knows."""
    name: str
    """What stands on the button."""
    acr: str = ""
    """The `acr` by which it says that two factors were asked for; `amr` with "mfa" always does."""


@dataclass(frozen=True, slots=True)
class Mail:
    """The server that takes mail, and in whose name it is sent."""

    host: str
    port: int
    tls: bool
    sender: str
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Egress:
    """The proxy through which alone anything outside is asked for."""

    host: str
    port: int
    authorities: str = ""
    """A file of certificates to trust instead of the system's: for a proxy that opens TLS."""


@dataclass(frozen=True, slots=True)
class Imap:
    """The mailbox in which answers come."""

    host: str
    port: int
    tls: bool
    folder: str
    user: str
    password: str = field(repr=False)
    unit: str = ""
    """Whose people read what belongs to nothing that is known; empty: the first unit that writes from here."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One node's choices: where its home is, which database it uses, where its keys come from."""

    home: Path
    database: str = ""
    """A postgresql:// address; empty means SQLite inside the home."""
    key_command: str = ""
    """A command that prints the node's keys; empty means HOME/keys."""
    sources: tuple[Path, ...] = ()
    """Folders of this machine below which pages may take in what lies there; no other is ever read for them."""
    origin: str = ""
    """The https:// address under which a proxy with TLS serves the pages; empty means this machine alone."""
    provider: Provider | None = None
    """The identity provider of a unit that has its own."""
    mail: Mail | None = None
    """Where mail is handed over; None where nobody is mailed."""
    egress: Egress | None = None
    """Through what reported pages may be asked for; None where nothing is ever asked for."""
    imap: Imap | None = None
    """Where answers come in; None where they come by a pipe, or not at all."""
    zone: str = UTC
    """The time zone in which pages tell times to people who chose none."""

    @property
    def keys(self) -> Path:
        """The folder of private keys, mode 0700."""
        return self.home / "keys"

    @property
    def store(self) -> Path:
        """The evidence store."""
        return self.home / "store"

    @property
    def uploads(self) -> Path:
        """Where files that people send wait, sealed."""
        return self.home / "uploads"

    @property
    def policies(self) -> Path:
        """Policies of countries that replace the shipped ones, each a file NAME.toml."""
        return self.home / "policies"

    @property
    def feeds(self) -> Path:
        """What subscribers of hash lists read."""
        return self.home / FEEDS

    @property
    def cybertips(self) -> Path:
        """Journals of what was reported to a CyberTipline."""
        return self.home / "cybertips"

    @property
    def tips(self) -> Path:
        """Files of platforms' reports, sealed as they came."""
        return self.home / TIPS

    @property
    def index(self) -> Path:
        """The fingerprint indexes."""
        return self.home / "index"

    @property
    def sqlite(self) -> Path:
        """The embedded database, where no other is named."""
        return self.home / "havre.sqlite3"

    @property
    def seen(self) -> Path:
        """The newest checkpoint of the log this home has seen, kept outside the database."""
        return self.home / "checkpoint"

    @property
    def halted(self) -> Path:
        """There while this node signs nothing, because others have witnessed more of its log than it holds."""
        return self.home / "halted"

    @property
    def unheard(self) -> Path:
        """There while this node was restored and has not heard from those who witnessed its log."""
        return self.home / "restored"


@dataclass(frozen=True, slots=True)
class Front:
    """What the process that the public reaches is told; it has no home and no keys."""

    database: str = ""
    """A postgresql:// address; empty means the SQLite file."""
    sqlite: Path = Path()
    origins: tuple[str, ...] = ()
    """The addresses under which it is reached: https:// ones, and http:// ones that end in .onion."""
    unit: str = ""
    """Whose door it is; empty where the database has one."""
    helplines: Path | None = None
    """A file of emergency numbers and help lines instead of the one that comes with Havre."""
    feeds: Path = Path()
    """The folder of what subscribers of hash lists read."""
    tips: Path = Path("/nonexistent")
    """The folder into which files of platforms' reports are sealed."""
    tokens_in_addresses: bool = False
    """Whether subscribers may show their tokens in addresses, which servers write down: ThreatExchange's clients do."""


def read_front(environ: Mapping[str, str], home: Path | None = None) -> Front:
    """The settings of the public process. Raises Invalid where no database is named."""
    named = home if home is not None else environ.get("HAVRE_HOME")
    database = environ.get("HAVRE_DATABASE", "")
    if not named and not database:
        raise Invalid("no database was named: set HAVRE_DATABASE, or name a home that holds one with --home DIR")
    return Front(
        database=database,
        sqlite=Path(named or "/nonexistent") / "havre.sqlite3",
        origins=tuple(_reached(each) for each in environ.get("HAVRE_PUBLIC_ORIGINS", "").split()),
        unit=environ.get("HAVRE_PUBLIC_UNIT", ""),
        helplines=_folder(environ["HAVRE_HELPLINES"], "HAVRE_HELPLINES") if environ.get("HAVRE_HELPLINES") else None,
    )


def read_platform(environ: Mapping[str, str], home: Path | None = None) -> Front:
    """The settings of the process that subscribers of hash lists reach: a database, and the folder of the feeds."""
    front = read_front({**environ, "HAVRE_PUBLIC_ORIGINS": environ.get("HAVRE_PLATFORM_ORIGINS", "")}, home)
    named = home if home is not None else environ.get("HAVRE_HOME")
    feeds = environ.get("HAVRE_FEEDS", "")
    if not named and not feeds:
        raise Invalid("no folder of feeds was named: set HAVRE_FEEDS, or name a home that holds one with --home DIR")
    folder = _folder(feeds, "HAVRE_FEEDS") if feeds else Path(named or "") / FEEDS
    tips = (
        _folder(environ["HAVRE_TIPS"], "HAVRE_TIPS")
        if environ.get("HAVRE_TIPS")
        else Path(named or "/nonexistent") / TIPS
    )
    return replace(front, feeds=folder, tips=tips, tokens_in_addresses=_switch(environ, "HAVRE_GRAPH_TOKENS"))


def _switch(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "")
    if value not in ("", "0", "1"):
        raise Invalid(f"{name} is 1 or 0")
    return value == "1"


def _reached(text: str) -> str:
    parts = urlsplit(text)
    secure = parts.scheme == "https" or (parts.scheme == "http" and (parts.hostname or "").endswith(".onion"))
    if not secure or text.rstrip("/") != f"{parts.scheme}://{parts.netloc}":
        raise Invalid(
            f"HAVRE_PUBLIC_ORIGINS names addresses such as https://report.example or http://….onion, not {text!r}"
        )
    return text.rstrip("/")


def read_settings(environ: Mapping[str, str], home: Path | None = None) -> Settings:
    """The settings of the home named on the command line or by HAVRE_HOME.

    Raises Invalid where no home is named.
    """
    named = home if home is not None else environ.get("HAVRE_HOME")
    if not named:
        raise Invalid("no home was named: give --home DIR or set HAVRE_HOME")
    return Settings(
        home=Path(named),
        database=environ.get("HAVRE_DATABASE", ""),
        key_command=environ.get("HAVRE_KEY_COMMAND", ""),
        sources=tuple(_folder(name) for name in environ.get("HAVRE_SOURCES", "").split(":") if name),
        origin=_origin(environ.get("HAVRE_ORIGIN", "")),
        provider=_provider(environ),
        mail=_mail(environ.get("HAVRE_MAIL", "")),
        egress=_egress(environ.get("HAVRE_EGRESS", "")),
        imap=_imap(environ.get("HAVRE_IMAP", "")),
        zone=_zone(environ.get("HAVRE_TIME_ZONE", "")),
    )


def read_egress(environ: Mapping[str, str]) -> Egress | None:
    """The proxy for what goes out, for commands that need no home."""
    return _egress(environ.get("HAVRE_EGRESS", ""))


def _egress(text: str) -> Egress | None:
    """http://proxy.example:3128, with ?authorities=FILE behind it for a proxy that opens TLS."""
    if not text:
        return None
    parts = urlsplit(text)
    port = parts.netloc.rpartition("]")[2].partition(":")[2]
    plain = parts.scheme == "http" and not parts.path.strip("/") and "@" not in parts.netloc
    if not (plain and parts.hostname and port.isdecimal() and 0 < int(port) < 65536):
        raise Invalid("HAVRE_EGRESS is the address of a proxy such as http://proxy.example:3128")
    return Egress(parts.hostname, int(port), parse_qs(parts.query).get("authorities", [""])[0])


def _mail(text: str) -> Mail | None:
    """smtps://user:password@mail.example:465?from=havre@unit.example; smtp:// speaks TLS after the hello."""
    if not text:
        return None
    parts = urlsplit(text)
    sender = parse_qs(parts.query).get("from", [f"havre@{parts.hostname}"])[0]
    port = parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2] or PORTS.get(parts.scheme, "")
    if not (parts.scheme in ("smtp", "smtps") and parts.hostname and port.isdecimal() and _is_address(sender)):
        raise Invalid("HAVRE_MAIL is an address such as smtps://mail.example:465?from=havre@unit.example")
    said = unquote(parts.username or ""), unquote(parts.password or "")
    return Mail(parts.hostname, int(port), parts.scheme == "smtps", sender, *said)


def _imap(text: str) -> Imap | None:
    """imaps://user:password@mail.example/INBOX?unit=Hotline; imap:// is for this machine alone."""
    if not text:
        return None
    parts = urlsplit(text)
    port = parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2] or PORTS.get(parts.scheme, "")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    known = parts.scheme == "imaps" or (parts.scheme == "imap" and parts.hostname in (*LOOPBACK, "::1"))
    said = user and (user + password + folder).isprintable() and folder.isascii()
    if not (known and parts.hostname and port.isdecimal() and said):
        raise Invalid("HAVRE_IMAP is an address such as imaps://user:password@mail.example/INBOX")
    unit = parse_qs(parts.query).get("unit", [""])[0]
    return Imap(parts.hostname, int(port), parts.scheme == "imaps", folder, user, password, unit)


@cache
def time_zones() -> tuple[str, ...]:
    """The time zones that may be chosen, by the names that the IANA gives them: UTC, and those of places."""
    return (UTC, *sorted(name for name in available_timezones() if name.partition("/")[0] in AREAS))


def _zone(text: str) -> str:
    if text in ("", UTC):
        return UTC
    if text not in time_zones():
        raise Invalid(f"HAVRE_TIME_ZONE is UTC or a time zone such as Europe/Brussels, not {text!r}")
    return text


def _is_address(text: str) -> bool:
    return all(text.partition("@")) and text.isprintable() and not set(text) & set(" ,;<>")


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme != "https" or not parts.hostname or text.rstrip("/") != f"https://{parts.netloc}"):
        raise Invalid(f"HAVRE_ORIGIN is an address such as https://havre.example, not {text!r}")
    return text.rstrip("/")


def _provider(environ: Mapping[str, str]) -> Provider | None:
    named = {word: environ.get(name, "") for word, name in OIDC.items()}
    if not any(named.values()):
        return None
    missing = [OIDC[word] for word, value in named.items() if not value]
    if missing:
        raise Invalid(f"the identity provider is not complete: set {', '.join(missing)} too")
    where = urlsplit(named["server"])
    if where.scheme != "https" and where.hostname not in LOOPBACK:
        raise Invalid("HAVRE_OIDC_SERVER must be an https:// address")
    return Provider(**named, name=environ.get("HAVRE_OIDC_NAME", named["unit"]), acr=environ.get("HAVRE_OIDC_ACR", ""))


def _folder(name: str, setting: str = "HAVRE_SOURCES") -> Path:
    if not Path(name).is_absolute():
        raise Invalid(f"{setting} names {name!r}: give whole paths, with a colon between two")
    return Path(name)
