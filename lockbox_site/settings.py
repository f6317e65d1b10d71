"""All settings: docs/settings.md has a table of them. None turns a rule off."""

import os
from functools import partial
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from lockbox_site import configuration, postgres
from lockbox_site.configuration import databases, identity_providers, trust, watched
from lockbox_site.postgres import cluster

BASE_DIR = Path(__file__).resolve().parent.parent
# A clone has a cluster of its own; what is installed is told where its database is.
LOCAL = "DATABASE_URL" not in os.environ and not configuration.IS_INSTALLED
# The folder of a place to practise; empty where people work. And where they find it.
PRACTICE = configuration.practice_folder()
PRACTICE_URL = configuration.text("LOCKBOX_PRACTICE_URL", "")

SECRET_KEY: Any
# A file with the key that secrets in the database are sealed with.
SEALING_KEY: Any
if LOCAL:
    # Nothing is configured: the local cluster, which makes its own secrets. To import
    # the settings makes and starts nothing: many do who only read them.
    OWNER_URL = postgres.url(
        configuration.PRACTICE_DATABASE if PRACTICE else postgres.DATABASE
    )
    SECRET_KEY = SimpleLazyObject(partial(cluster.secret, "secret-key"))
    SEALING_KEY = SimpleLazyObject(partial(cluster.secret_file, "sealing-key"))
else:
    OWNER_URL = configuration.text("DATABASE_URL")
    SECRET_KEY = configuration.text("LOCKBOX_SECRET_KEY")
    SEALING_KEY = configuration.text("LOCKBOX_SEALING_KEY", "")
APP_URL = os.environ.get("APP_DATABASE_URL")
AUDITOR_URL = os.environ.get("AUDITOR_DATABASE_URL")
DATABASES = databases(OWNER_URL, APP_URL, AUDITOR_URL)
DATABASE_ROUTERS = ["audit_app.ledger.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DEBUG = configuration.flag("LOCKBOX_DEBUG")
ALLOWED_HOSTS = configuration.hosts("LOCKBOX_HOSTS", "localhost,127.0.0.1,[::1]")
# Off only where the browser is on this machine; `check --deploy` complains otherwise.
HTTPS = configuration.flag("LOCKBOX_HTTPS", default=not LOCAL)

INSTALLED_APPS = [
    "lockbox_site.apps.SiteConfig",
    "requests_app",
    "audit_app",
    "lockbox_site.apps.LockboxAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "guardian",
    "simple_history",
    # The identity provider for the contract API's clients; its pages are not mounted.
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
]

MIDDLEWARE = [
    "lockbox_site.web.HealthMiddleware",
    "lockbox_site.web.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "lockbox_site.web.UnseenMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lockbox_site.web.RequestIdMiddleware",
    "lockbox_site.sign_in.SessionEndMiddleware",
    "lockbox_site.web.OnRecordMiddleware",
    "lockbox_site.web.AlterationMiddleware",
    "lockbox_site.web.UserLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lockbox_site.web.NoStoreMiddleware",
    "requests_app.api.problems.ApiMiddleware",
    "lockbox_site.web.RefusedMachinesMiddleware",
    "lockbox_site.web.NoNulMiddleware",
]

ROOT_URLCONF = "lockbox_site.urls"
WSGI_APPLICATION = "lockbox_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [configuration.TEMPLATES],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lockbox_site.web.workbench",
            ]
        },
    }
]
FORM_RENDERER = "lockbox_site.web.FormRenderer"

AUTH_USER_MODEL = "lockbox_site.User"
AUTHENTICATION_BACKENDS = ["lockbox_site.sign_in.AccountBackend"]
# Guardian stores named rights; they are asked for by the rights of cases only.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
PASSWORD_HASHERS = [
    "lockbox_site.sign_in.Argon2Hasher",
    "lockbox_site.sign_in.MachineSecretHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
    )
] + [{"NAME": "lockbox_site.sign_in.MoreThanAWord"}]
# Where people sign in, unless it is with a password of ours (docs/sign-in.md).
IDENTITY_PROVIDERS = identity_providers()
# Who signed in no longer ago need not say again who they are, to sign a decision.
STEP_UP_MINUTES = configuration.number(
    "LOCKBOX_STEP_UP_MINUTES", 15, "whole minutes, 1 to 60", least=1, most=60
)
# A file with the public keys (age) of backups, and how long the last of them is kept.
BACKUP_RECIPIENTS = configuration.text("LOCKBOX_BACKUP_RECIPIENTS", "")
BACKUP_DAYS = configuration.number(
    "LOCKBOX_BACKUP_DAYS", 14, "days, 1 to 3650", 1, 3650
)
LOGIN_URL = "admin:login"
# Where an address to go on to is not ours.
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # a link by which a password is chosen
# Guardian would otherwise make a user at migrate, whom nobody could sign for.
ANONYMOUS_USER_NAME = None

LANGUAGE_CODE = "sv"
FORMAT_MODULE_PATH = "lockbox_site.formats"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "lockbox_site" / "locale"]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = configuration.STATIC
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

OWN = ("script-src", "style-src", "img-src", "font-src", "connect-src", "worker-src")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **{name: [NONE] for name in ("default-src", "frame-ancestors", "base-uri")},
        **{name: [SELF] for name in (*OWN, "form-action")},
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if configuration.flag("LOCKBOX_PROXY") else None
)
CSRF_FAILURE_VIEW = "requests_app.core.drafts.csrf_failure"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_ENGINE = "lockbox_site.sign_in"
SESSION_COOKIE_HTTPONLY = True
# A session lasts so long, and so long without a sign of its person.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_IDLE = 15 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# A body larger than this is refused before it is read; files have their own limit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "requests_app.core.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Where webhooks may go, beside 443: services that listen at other ports are not told.
WEBHOOK_PORTS = {443, *configuration.ports("LOCKBOX_WEBHOOK_PORTS")}

# Where mail to staff is handed over, and from whom it comes; unset, none goes out.
MAIL_SERVER = configuration.mail_server("LOCKBOX_MAIL")
MAIL_FROM = configuration.mail_address("LOCKBOX_MAIL_FROM") if MAIL_SERVER else ""

# The key by which push services know us, for notices to phones; unset, none go out.
PUSH_KEY = configuration.text("LOCKBOX_PUSH_KEY", "")

# The authority's seal on documents: a PKCS#12 file, and a file with its passphrase.
SEAL_CERTIFICATE = configuration.text("LOCKBOX_SEAL_CERTIFICATE", "")
SEAL_PASSPHRASE = configuration.text("LOCKBOX_SEAL_PASSPHRASE", "")

# The ledger's own key (a file), the folder that it is published to, and who is to have
# seen a checkpoint; and our key as a witness, and the logs that we witness.
LEDGER_KEY = configuration.text("LOCKBOX_LEDGER_KEY", "")
# The public halves of the key and of those before it, for processes without the key.
LEDGER_PUBLIC = configuration.text(
    "LOCKBOX_LEDGER_PUBLIC", f"{LEDGER_KEY}.pub" if LEDGER_KEY else ""
)
LEDGER_FOLDER = configuration.text("LOCKBOX_LEDGER_FOLDER", "")
# Run with each new checkpoint on its standard input, without a shell.
LEDGER_COMMAND = configuration.text("LOCKBOX_LEDGER_COMMAND", "")
LEDGER_POLICY = configuration.text("LOCKBOX_LEDGER_POLICY", "")
# An authority that stamps each checkpoint with its time (RFC 3161), and a file with the
# certificates that its own lead to.
LEDGER_TSA = configuration.text("LOCKBOX_LEDGER_TSA", "")
LEDGER_TSA_ROOTS = configuration.text("LOCKBOX_LEDGER_TSA_ROOTS", "")
WITNESS_KEY = configuration.text("LOCKBOX_WITNESS_KEY", "")
WITNESSED_LOGS = configuration.text("LOCKBOX_WITNESSED_LOGS", "")
WATCHED = watched(LOCAL)
METRICS_TOKEN = configuration.text("LOCKBOX_METRICS_TOKEN", "")

# Of the contract API: whom a provider writes to, and how many calls a minute a client
# may make of each process. Its tokens are opaque, kept as digests, one hour.
API_CONTACT = configuration.text("LOCKBOX_API_CONTACT", "")
API_RATE = configuration.number(
    "LOCKBOX_API_RATE", 6000, "whole calls a minute, 60 or more", least=60
)
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3600
ACCOUNT_EMAIL_VERIFICATION = "none"

SIMPLE_HISTORY_DATE_INDEX = False
SIMPLE_HISTORY_REVERT_DISABLED = True

trust()
LOGGING = configuration.to_the_console("plain" if LOCAL else "lines")

# How numbers of our own begin, before the authority's code.
SERIES_BEGINS = ""
if PRACTICE:
    configuration.shut_outside()
    globals().update(configuration.practice_settings(PRACTICE, MIDDLEWARE))
