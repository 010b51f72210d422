"""What Django is told of one node: its rooms, its database, who signs in, how the analyst's pages are served."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from havre.errors import Invalid
from havre.settings import (
    APPS,
    LANGUAGES,
    LOOPBACK,
    PAGES,
    PLATFORM,
    PROVIDER_ID,
    PUBLIC,
    SIGN_IN,
    Front,
    Provider,
    Settings,
)

NO_SECRET = "no page is signed with this: `havre serve` takes its secret from the node's key"  # noqa: S105
"""Django's key while no page is served."""


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


SILENT = {
    "version": 1,
    "disable_existing_loggers": True,
    "handlers": {"nowhere": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["nowhere"]},
    "loggers": {"django": {"handlers": ["nowhere"], "propagate": False}},
}
"""Where nothing of a request may be written down, nobody writes."""


def public_settings(front: Front) -> dict[str, object]:
    """What Django is told where the public comes in: a database and a few pages; nobody signs in, nothing is signed."""
    return {
        # The rooms of reports, records, and of whether a unit has lists; they point up the list of rooms, never down.
        "INSTALLED_APPS": [*(f"havre.{room}" for room in APPS[: APPS.index("feeds") + 1]), PUBLIC],
        # A report must not be lost to a connection that the server ended: it is asked whether it still speaks. Threads
        # keep theirs: whoever is the last to close one of SQLite writes its journal back, and locks others out.
        "DATABASES": {
            "default": (_postgresql(front.database) if front.database else _sqlite(front.sqlite))
            | {"CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": 60}
        },
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "SECRET_KEY": "nothing is signed with this: these pages have no cookies and no sessions",
        "ALLOWED_HOSTS": [*(urlsplit(each).hostname or "" for each in front.origins), *LOOPBACK],
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        **public_pages(),
    }


def platform_settings(front: Front) -> dict[str, object]:
    """What Django is told where subscribers of hash lists come in: as for the public, and not one page."""
    rooms = [f"havre.{room}" for room in APPS]
    return public_settings(front) | {"INSTALLED_APPS": rooms, **platform_answers()}


def platform_answers() -> dict[str, object]:
    """How subscribers of hash lists are answered."""
    return {
        "ROOT_URLCONF": f"{PLATFORM}.urls",
        "MIDDLEWARE": [f"{PLATFORM}.answers.headers", f"{PLATFORM}.answers.errors"],
        "TEMPLATES": [],
        "LOCALE_PATHS": [],
        "USE_I18N": False,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 1 << 17,
    }


def public_pages() -> dict[str, object]:
    """How the public's pages are answered: nothing of Django's that keeps, counts or remembers."""
    folder = Path(__file__).parent / "entrypoints" / "public"
    return {
        "ROOT_URLCONF": f"{PUBLIC}.urls",
        "MIDDLEWARE": [
            f"{PUBLIC}.answers.headers",
            f"{PUBLIC}.languages.spoken",
            f"{PUBLIC}.limits.limits",
            f"{PUBLIC}.answers.errors",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.jinja2.Jinja2",
                "DIRS": [str(folder / "templates")],
                "OPTIONS": {"environment": f"{PUBLIC}.jinja.environment", "auto_reload": False},
            }
        ],
        "LANGUAGE_CODE": "en",
        "LANGUAGES": LANGUAGES,
        "USE_I18N": True,
        "LOCALE_PATHS": sorted(str(each) for each in (folder / "locale").iterdir() if each.is_dir()),
        "APPEND_SLASH": False,
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
        # What is larger was refused before; no file is ever taken.
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 1 << 17,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 40,
        "FILE_UPLOAD_HANDLERS": [],
        # Django would write paths and bodies of requests that fail; `answers.errors` says what is safe to say.
        "LOGGING": SILENT,
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
        "settings": {
            "issuer": provider.server,
            "server_url": provider.server.rstrip("/") + "/.well-known/openid-configuration",
            "oauth_pkce_enabled": True,
        },
    }
    asked_by = {"APPS": [app] if app else [], "provider_class": f"{PAGES}.provider.ByIssuer"}
    return {
        "SOCIALACCOUNT_ADAPTER": f"{PAGES}.provider.Provided",
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": asked_by},
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
            f"{PAGES}.static_files.StaticFiles",
            f"{PAGES}.answers.headers",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            f"{PAGES}.sessions.bounds",
            f"{PAGES}.zones.clock",
            "allauth.account.middleware.AccountMiddleware",
            f"{PAGES}.answers.errors",
        ],
        "TEMPLATES": [_pages(), _of_others()],
        "APPEND_SLASH": False,
        "CSRF_FAILURE_VIEW": f"{PAGES}.answers.not_of_this_page",
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
        # Each thread keeps its connection: making one costs as much as answering, and planning all questions anew as
        # much as forty answers. No question is long enough to be compiled first; those of havre.compiled are planned
        # once for each connection, not for each list of keys.
        "CONN_MAX_AGE": 600,
        # Whether the server still speaks is looked at on the socket (entrypoints.analyst.main), not asked.
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {"options": "-c jit=off -c plan_cache_mode=force_generic_plan", "prepare_threshold": None},
    }
