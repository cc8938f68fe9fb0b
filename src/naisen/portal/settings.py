"""Django settings. Every variable that is read here stands in docs/settings.md."""

from pathlib import Path

from naisen.portal import environment

HERE = Path(__file__).parent
DATA = Path(environment.required("NAISEN_DATA"))

SECRET_KEY = environment.secret("NAISEN_DJANGO_KEY")
CREDENTIAL_KEY = environment.secret("NAISEN_CREDENTIAL_KEY")
"""Base64 of the 32 bytes that encrypt SIP passwords; never in the database."""

DEBUG = False
HTTP_ADDRESS = environment.required("NAISEN_HTTP")
SIP_ADDRESS = environment.required("NAISEN_SIP")
"""host:port that phones use; it is printed on settings sheets."""

# Whether browsers come by https, through a proxy that ends TLS (docs/operations/https.md).
HTTPS = environment.flag("NAISEN_HTTPS")

# The portal listens where the operator says; which names lead there is known to the proxy in front of it.
ALLOWED_HOSTS = ["*"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "naisen.portal.frame",
    "naisen.portal.tenants",
    "naisen.portal.sign_in",
    "naisen.portal.audit",
    "naisen.portal.numbering",
    "naisen.portal.lines",
    "naisen.portal.people",
    "naisen.portal.departments",
    "naisen.portal.devices",
    "naisen.portal.registrations",
    "naisen.portal.dashboard",
    "naisen.portal.csv_files",
    "naisen.portal.settings_sheets",
    "naisen.portal.help_pages",
    "naisen.portal.calls",
    "naisen.portal.operators",
    "naisen.portal.dialling",
    "naisen.portal.edge_schema",
    "naisen.portal.demo",
    "naisen.portal.bench",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "naisen.portal.frame.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "naisen.portal.sign_in.middleware.SignInRequiredMiddleware",
    "naisen.portal.sign_in.middleware.RoleMiddleware",
    "naisen.portal.tenants.middleware.TenantScopeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "naisen.portal.urls"
ASGI_APPLICATION = "naisen.portal.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "naisen.portal.frame.context.frame",
            ],
            # Django's own tags, quicker.
            "builtins": ["naisen.portal.frame.templatetags.quick"],
            "libraries": {"i18n": "naisen.portal.frame.templatetags.quick"},
        },
    },
]

# Schema changes run as the owner; everything else as a role that row-level security holds (rule 7).
AS_OWNER = environment.flag("NAISEN_AS_OWNER")
DATABASES = {
    "default": environment.database("NAISEN_OWNER_DATABASE_URL" if AS_OWNER else "NAISEN_PORTAL_DATABASE_URL")
}
# 100,000 registrations are looked up in memory (registrations.overview); ten times as many still find room. And
# PostgreSQL reckons with a disk that turns, for which it would rather read a whole table than an index of it.
DATABASES["default"]["OPTIONS"].setdefault("options", "-c hash_mem_multiplier=16 -c random_page_cost=1.1")
# Only the served portal pools (asgi.py); a command has one connection and ends.
if POOLED_CONNECTIONS := environment.number("NAISEN_POOLED_CONNECTIONS"):
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": POOLED_CONNECTIONS, "timeout": 5}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Times on the operator's screens; a tenant's are in its own zone.
OPERATORS_ZONE = "Asia/Tokyo"

AUTH_USER_MODEL = "sign_in.Login"
AUTHENTICATION_BACKENDS = ["naisen.portal.sign_in.backend.LoginBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login_id", "name", "email")},
    },
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
SILENCED_SYSTEM_CHECKS = [
    # frame.templatetags.quick takes the place of Django's i18n.
    "templates.W003",
    # A login id is unique within its kind (D-08), and LoginBackend asks for both.
    "auth.W004",
    # HSTS for the names below this one, and in browsers' own lists: not for the portal to decide.
    "security.W005",
    "security.W021",
]

SESSION_ENGINE = "naisen.portal.sign_in.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: a working day
CSRF_COOKIE_SAMESITE = "Lax"
# `__Host-`: the browser keeps such a cookie to this host and to https; on plain http it would refuse it.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked by the proxy itself
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "naisen.portal.frame.views.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # bytes

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]  # each in its own language
# The sources may lie where the portal cannot write: `prepare_assets` compiles them into the data folder.
TRANSLATION_SOURCE = HERE / "locale"
TRANSLATION_TARGET = DATA / "locale"
LOCALE_PATHS = [TRANSLATION_TARGET]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60  # seconds
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
STATIC_ROOT = DATA / "static"  # filled by `prepare_assets`
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "naisen.portal.frame.storage.HashedStaticFiles"},
}
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").is_file()

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        # At DEBUG it writes whole contexts, and with them what a page shows once: recovery codes, secrets.
        "django.template": {"level": "INFO"},
    },
}

# A job that went well leaves no row behind: periodic ones alone would be 1,400 a day.
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}
