"""Everything an operator can choose. Read once, at start; nothing else reads the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from havre.errors import Invalid

APPS = (
    *("units", "audit", "restrictions", "cases", "media", "matches", "assessments", "care"),
    *("series", "victims", "alerts", "exchange", "triggers", "network"),
)
"""The rooms that have tables, in import order."""

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

PORTS = {"smtp": "587", "smtps": "465"}
LANGUAGES = (("en", "English"), ("fr", "Français"), ("nl", "Nederlands"))

NO_SECRET = "no page is signed with this: `havre serve` takes its secret from the node's key"  # noqa: S105
"""Django's key while no page is served."""

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""This machine."""

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
    )


def _mail(text: str) -> Mail | None:
    """smtps://user:password@mail.example:465?from=havre@unit.example; smtp:// speaks TLS after the hello."""
    if not text:
        return None
    parts = urlsplit(text)
    sender = parse_qs(parts.query).get("from", [f"havre@{parts.hostname}"])[0]
    port = parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2] or PORTS.get(parts.scheme, "")
    if not (parts.scheme in PORTS and parts.hostname and port.isdecimal() and _is_address(sender)):
        raise Invalid("HAVRE_MAIL is an address such as smtps://mail.example:465?from=havre@unit.example")
    said = unquote(parts.username or ""), unquote(parts.password or "")
    return Mail(parts.hostname, int(port), parts.scheme == "smtps", sender, *said)


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


def _folder(name: str) -> Path:
    if not Path(name).is_absolute():
        raise Invalid(f"HAVRE_SOURCES names {name!r}: give whole paths, with a colon between two")
    return Path(name)


def django_settings(settings: Settings) -> dict[str, object]:
    """What Django is told: our rooms as apps, one database, who signs in, and how the analyst's pages are served."""
    return {
        "INSTALLED_APPS": [
            *SIGN_IN,
            *(f"havre.{room}" for room in APPS),
            "django.contrib.messages",
            "django.contrib.staticfiles",
            PAGES,
        ],
        "DATABASES": {"default": _postgresql(settings.database) if settings.database else _sqlite(settings.sqlite)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "SECRET_KEY": NO_SECRET,
        **_people(),
        **_sessions(),
        **_provided(settings.provider),
        **_web(),
        **_languages(),
        **(_behind_tls(settings.origin) if settings.origin else {}),
    }


def _people() -> dict[str, object]:
    validation = "django.contrib.auth.password_validation"
    return {
        "AUTH_USER_MODEL": "units.Person",
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"{validation}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["name"]}},
            {"NAME": f"{validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
            {"NAME": f"{validation}.CommonPasswordValidator"},
        ],
        "AUTHENTICATION_BACKENDS": [f"{PAGES}.signed_in.Backend"],
        "ACCOUNT_ADAPTER": f"{PAGES}.adapters.Doors",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": "name",
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_SESSION_REMEMBER": False,
        # Tries are rows of ours (units/tries.py): a cache in memory counts each process by itself.
        "ACCOUNT_RATE_LIMITS": False,
        "MFA_RATE_LIMITS": False,
        "MFA_ADAPTER": f"{PAGES}.adapters.SecondFactors",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_WEBAUTHN_USER_VERIFICATION": "required",
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
        "MFA_TOTP_TOLERANCE": 1,
        "LOGIN_URL": "/",
        "LOGIN_REDIRECT_URL": "/desk",
    }


def _sessions() -> dict[str, object]:
    return {
        "SESSION_ENGINE": f"{PAGES}.signed_in",
        "SESSION_COOKIE_NAME": "havre",
        "SESSION_COOKIE_AGE": 12 * 60 * 60,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Strict",
    }


def _provided(provider: Provider | None) -> dict[str, object]:
    app = provider and {
        "provider_id": PROVIDER_ID,
        "name": provider.name,
        "client_id": provider.client,
        "secret": provider.secret,
        "settings": {"server_url": provider.server, "oauth_pkce_enabled": True},
    }
    return {
        "SOCIALACCOUNT_ADAPTER": f"{PAGES}.provider.Provided",
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": [app] if app else []}},
        "SOCIALACCOUNT_STORE_TOKENS": False,
    }


def _behind_tls(origin: str) -> dict[str, object]:
    """A proxy in front speaks TLS with the network and plain HTTP with us, and says so."""
    return {
        "ALLOWED_HOSTS": [urlsplit(origin).hostname],
        "CSRF_TRUSTED_ORIGINS": [origin],
        "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 365 * 24 * 60 * 60,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_HSTS_PRELOAD": True,
        "SESSION_COOKIE_NAME": "__Host-havre",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_SECURE": True,
        "LANGUAGE_COOKIE_SECURE": True,
    }


def _web() -> dict[str, object]:
    return {
        "ROOT_URLCONF": f"{PAGES}.urls",
        "ALLOWED_HOSTS": [*LOOPBACK, "testserver"],
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            f"{PAGES}.answers.headers",
            f"{PAGES}.few.few",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            f"{PAGES}.sessions.bounds",
            "allauth.account.middleware.AccountMiddleware",
            f"{PAGES}.answers.errors",
        ],
        "TEMPLATES": [_pages(), _of_others()],
        "APPEND_SLASH": False,
        # What one process remembered, another would not know.
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
        "FILE_UPLOAD_HANDLERS": [f"{PAGES}.sealed_upload.SealedUpload"],
        "STATIC_URL": "/static/",
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_MAX_AGE": 86_400,
    }


def _pages() -> dict[str, object]:
    """How our templates are read; before allauth's own, so that the few pages it draws itself are ours."""
    return {
        "BACKEND": f"{PAGES}.spoken.Pages",
        "NAME": "pages",
        "DIRS": [str(Path(__file__).parent / "entrypoints" / "analyst" / "templates")],
        "OPTIONS": {
            "environment": f"{PAGES}.jinja.environment",
            "auto_reload": False,
            "context_processors": [f"{PAGES}.spoken.once", f"{PAGES}.shell.around"],
        },
    }


def _of_others() -> dict[str, object]:
    """What Django and allauth bring with them."""
    return {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}


def _languages() -> dict[str, object]:
    folder = Path(__file__).parent / "entrypoints" / "analyst" / "locale"
    return {
        "LANGUAGE_CODE": "en",
        "LANGUAGES": LANGUAGES,
        "FORMAT_MODULE_PATH": [f"{PAGES}.formats"],
        "USE_I18N": True,
        # One folder a page, so that who works on a page has its words beside it.
        "LOCALE_PATHS": sorted(str(page) for page in folder.iterdir() if page.is_dir()) if folder.is_dir() else [],
        "LANGUAGE_COOKIE_HTTPONLY": True,
        "LANGUAGE_COOKIE_SAMESITE": "Strict",
    }


def _sqlite(file: Path) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {
            # Writers wait for one another instead of failing; erased rows are overwritten, not just unlinked.
            "timeout": 60,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
        },
    }


def _postgresql(address: str) -> dict[str, object]:
    parts = urlsplit(address)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise Invalid(f"HAVRE_DATABASE must be a postgresql:// address, not {parts.scheme or 'a bare word'}")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # Each thread keeps its connection: making one costs as much as answering. No question is long enough to be
        # compiled first; those of havre.compiled are planned once for each connection, not for each list of keys.
        "CONN_MAX_AGE": 60,
        # Whether the server still speaks is looked at on the socket (entrypoints.analyst.main), not asked.
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {"options": "-c jit=off -c plan_cache_mode=force_generic_plan", "prepare_threshold": None},
    }
