"""Settings, all from the environment (.env.example explains each variable)."""

import sys
from pathlib import Path

import environ
import pghistory
import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal import demo

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

PORTAL_ENV = env("PORTAL_ENV", default="production")
if PORTAL_ENV not in {"production", "demo", "test"}:
    raise ImproperlyConfigured("PORTAL_ENV is production, demo or test.")
PRODUCTION = PORTAL_ENV == "production"
DATA_DIR = Path(env("PORTAL_DATA_DIR", default=str(BASE_DIR / ".data")))
DATA_DIR.mkdir(parents=True, exist_ok=True)
BASE_URL = env("PORTAL_BASE_URL", default="http://localhost:8000")
PORTAL_NOW = "" if PRODUCTION else env("PORTAL_NOW", default="")

DEBUG = False
SECRET_KEY = env("SECRET_KEY") if PRODUCTION else env("SECRET_KEY", default="not-secret-" + "0" * 50)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- The house, from the top down -------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal.home",
    "followups",
    "funding",
    "codeofconduct",
    "regions",
    "portal.reminders",
    "portal.exchange",
    "portal.outbox",
    "portal.documents",
    "portal.jobs",
    "portal.files",
    "portal.search",
    "portal.history",
    "portal.ui",
    "portal.machine",
    "allauth",
    "allauth.account",
    "pghistory",
    "pgtrigger",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
]
if PORTAL_ENV == "test":
    INSTALLED_APPS.append("django_linear_migrations")

MIDDLEWARE = [
    "portal.ui.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.ui.middleware.Language",
    "portal.ui.middleware.PrivatePages",
    "portal.history.middleware.HistoryContext",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "portal.ui.templatetags.formats"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.ui.context.chrome",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database: the application's role; migrations log in as the owner (see docs/adr) ------------------------
try:
    DATABASES = {"default": env.db_url("DATABASE_URL")}
except ImproperlyConfigured:
    sys.exit("DATABASE_URL is not set. Run `make demo` or `manage.py`, which bring a database, or name a server.")
DATABASES["default"] |= {"ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
# What waits to go into an index for searching is read by each search: after an import that would be megabytes of it.
_options = DATABASES["default"].setdefault("OPTIONS", {})
_options["options"] = f"{_options.get('options', '')} -c gin_pending_list_limit=256kB".strip()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPLICATION_ROLE = env("DATABASE_APPLICATION_ROLE", default="portal_app")
RETENTION_ROLE = env("DATABASE_RETENTION_ROLE", default="portal_retention")

PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField()
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
PGTRIGGER_INSTALL_ON_MIGRATE = False

# --- Queue and cache ----------------------------------------------------------------------------------------
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="") or "filesystem://localhost/"
if CELERY_BROKER_URL.startswith("filesystem:"):
    _broker = DATA_DIR / "broker"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
        "polling_interval": 0.1,
    }
    for _folder in ("queue", "control"):
        (_broker / _folder).mkdir(parents=True, exist_ok=True)
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 10, "socket_connect_timeout": 5}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_ROUTES = {"portal.jobs.tasks.run_job": {"queue": "pdf"}}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
# Shorter outside production, where somebody sits and waits.
REMINDER_TICK_S = env.float("REMINDER_TICK_S", default=900 if PRODUCTION else 15)
SWEEP_S = env.float("SWEEP_S", default=60 if PRODUCTION else 15)
# Wake-ups that no worker takes for so long are of no use any more: otherwise they pile up and keep all work waiting.
_tick, _sweep = {"expires": 10 * REMINDER_TICK_S}, {"expires": 10 * SWEEP_S}
CELERY_BEAT_SCHEDULE = {
    "reminders": {"task": "portal.reminders.tasks.tick", "schedule": REMINDER_TICK_S, "options": _tick},
    "outbox-sweep": {"task": "portal.outbox.tasks.sweep", "schedule": SWEEP_S, "options": _sweep},
    "jobs-sweep": {"task": "portal.jobs.tasks.sweep", "schedule": SWEEP_S, "options": _sweep},
    "files-sweep": {"task": "portal.files.tasks.sweep", "schedule": crontab(hour=2, minute=30)},
}
CACHES = {
    "default": env.cache_url("CACHE_URL")
    if env("CACHE_URL", default="")
    # Failed log-ins are counted here: at Django's 300 entries whoever makes many would push those counts out.
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Who is who ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "regions.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:start"
ACCOUNT_ADAPTER = "regions.adapter.InvitationOnly"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
# Beside allauth's own: opening an access link, and asking for one's links by mail.
ACCOUNT_RATE_LIMITS = {"open_link": "60/m/ip", "mail_links": "20/h/ip,3/h/key"}
ACCOUNT_FORMS = {
    "login": "regions.account_forms.LoginForm",
    "reset_password": "regions.account_forms.ResetPasswordForm",
    "reset_password_from_key": "regions.account_forms.ResetPasswordKeyForm",
    "change_password": "regions.account_forms.ChangePasswordForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# What a lower room asks the rooms above, by dotted path.
LANGUAGE_SAVER = "regions.actions.set_language"
USER_CAPTION = "regions.queries.caption"
OUTBOX_KEEPER = "regions.permissions.is_admin"
EXCHANGE_KEEPER = "regions.permissions.is_admin"
DEMO_ACCOUNTS = demo.ACCOUNTS if PORTAL_ENV == "demo" else []
DEMO_PASSWORD = demo.PASSWORD if PORTAL_ENV == "demo" else ""

# --- Language: Swedish first --------------------------------------------------------------------------------
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Stockholm"

# --- Files --------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.ui.finders.FontFinder",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files"), "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PORTAL_ENV == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = PORTAL_ENV == "test"
WHITENOISE_AUTOREFRESH = PORTAL_ENV == "test"  # each client of a test begins anew: none lists all files first
FILE_UPLOAD_MAX_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
# Ten files and the text beside them.
FORM_UPLOAD_MAX_BYTES = 10 * FILE_UPLOAD_MAX_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE
# Who has no account but opened a personal link may send files too (followups/outside.py).
FORM_UPLOAD_SESSION_KEYS = ("access_links",)
FILE_UPLOAD_HANDLERS = [
    "portal.files.handlers.WithinLimits",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Mail: always through the outbox ------------------------------------------------------------------------
OUTBOX_JOURNAL = env("OUTBOX_JOURNAL", default="" if PRODUCTION else str(DATA_DIR / "mail"))
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Hållbar upphandling <noreply@portal.example>")
if env("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
elif OUTBOX_JOURNAL:
    EMAIL_BACKEND = "portal.outbox.backends.MaildirBackend"
else:
    raise ImproperlyConfigured("Mail has nowhere to go: set EMAIL_URL, or OUTBOX_JOURNAL to a folder.")
EMAIL_TIMEOUT = 20
# From the relay's greeting on a mail may take two thirds of this, then it is cut off; the rest is for the journal's copy.
OUTBOX_LEASE_S = env.int("OUTBOX_LEASE_S", default=180)
# A Maildir with what came back to the sender's address; empty: returned mail is told by hand.
OUTBOX_BOUNCES = env("OUTBOX_BOUNCES", default="")

# --- What is published --------------------------------------------------------------------------------------
# Days that a supplier has by default to check the facts of a summary.
FACT_CHECK_DAYS = env.int("FACT_CHECK_DAYS", default=14)
# The table of SCB's API that population figures are fetched from; empty: they are brought as files.
SCB_POPULATION_URL = env("SCB_POPULATION_URL", default="")
SCB_TIMEOUT_S = env.float("SCB_TIMEOUT_S", default=20)
OPEN_DATA_LICENCE = env("OPEN_DATA_LICENCE", default="CC0 1.0")
OPEN_DATA_LICENCE_URL = env(
    "OPEN_DATA_LICENCE_URL", default="https://creativecommons.org/publicdomain/zero/1.0/deed.sv"
)

# --- Headers ------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.ui.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

# --- Logs: JSON, with request and user id, never names ------------------------------------------------------
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.processors.format_exc_info,
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING")},
    # Libraries that narrate each font table or page box at INFO.
    "loggers": {name: {"level": "ERROR"} for name in ("fontTools", "weasyprint", "pikepdf")},
}
