"""Everything an operator can choose. Read once, at start; nothing else reads the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from havre.errors import Invalid

APPS = ("units", "audit", "cases", "media", "matches", "series")
"""The rooms that have tables, in import order."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One node's choices: where its home is, which database it uses, where its keys come from."""

    home: Path
    database: str = ""
    """A postgresql:// address; empty means SQLite inside the home."""
    key_command: str = ""
    """A command that prints the node's keys; empty means HOME/keys."""

    @property
    def keys(self) -> Path:
        """The folder of private keys, mode 0700."""
        return self.home / "keys"

    @property
    def store(self) -> Path:
        """The evidence store."""
        return self.home / "store"

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
    )


def django_settings(settings: Settings) -> dict[str, object]:
    """What Django is told: our rooms as apps and one database, nothing more."""
    return {
        "INSTALLED_APPS": [f"havre.{room}" for room in APPS],
        "DATABASES": {"default": _postgresql(settings.database) if settings.database else _sqlite(settings.sqlite)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "SECRET_KEY": "the command line signs nothing with Django's key",
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
    }
