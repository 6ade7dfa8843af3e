"""Settings, read from the environment; `.env.example` explains each variable.

Safe by default: with nothing set, the mode is production, and production refuses to start with a default secret, with
DEBUG, or with empty or open ALLOWED_HOSTS. `make run` and `make test` set SUREFOOT_MODE.
"""

import base64
import secrets
from importlib.resources import files
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from clinic.monitoring.logging_config import get_logging_config
from clinic.start_checks import Refusal, is_fernet_key, refuse_to_start_unsafely

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")

MODES = ("production", "development", "test")
MODE = env.str("SUREFOOT_MODE", default="") or "production"
if MODE not in MODES:
    raise ImproperlyConfigured(f"SUREFOOT_MODE is {MODE!r}. Set it to one of: {', '.join(MODES)}.")
PRODUCTION = MODE == "production"
#: Personas page, component gallery and other pages that only exist while developing.
DEVELOPMENT_PAGES = not PRODUCTION

DEVELOPMENT_SECRET = "development-only-secret-that-production-refuses"  # noqa: S105
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_SECRET)
#: Fernet keys that encrypt the secrets of second factors, the newest first.
DEVELOPMENT_MFA_KEY = base64.urlsafe_b64encode(b"development-only-key-of-32-bytes").decode()
MFA_ENCRYPTION_KEYS = env.list("MFA_ENCRYPTION_KEYS", default=[] if PRODUCTION else [DEVELOPMENT_MFA_KEY])
DEBUG = env.bool("DEBUG", default=MODE == "development")
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else LOCAL_HOSTS)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="" if PRODUCTION else "http://127.0.0.1:8000").rstrip("/")


refuse_to_start_unsafely(
    production=PRODUCTION,
    given=[
        env.str(name, default="") for name in ("SUREFOOT_MODE", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL")
    ],
    wrong={
        Refusal.SIGNING_KEY: SECRET_KEY == DEVELOPMENT_SECRET or len(SECRET_KEY) < 50,
        Refusal.ENCRYPTION_KEYS: not MFA_ENCRYPTION_KEYS
        or DEVELOPMENT_MFA_KEY in MFA_ENCRYPTION_KEYS
        or not all(is_fernet_key(key) for key in MFA_ENCRYPTION_KEYS),
        Refusal.DEBUG: DEBUG,
        Refusal.ALLOWED_HOSTS: not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS,
        Refusal.SITE_URL: not SITE_URL.startswith("https://"),
    },
)

INSTALLED_APPS = [
    "patients",
    "exercises",
    "clinic",
    "clinic.admin_site.SurefootAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "crispy_forms",
    "crispy_bootstrap5",
    "simple_history",
    "import_export",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "clinic.monitoring.middleware.RequestLogMiddleware",
    "clinic.middleware.SecurityHeadersMiddleware",
    "clinic.middleware.HealthCheckMiddleware",
    "patients.middleware.DatabaseErrorMiddleware",
    "clinic.audit.middleware.AuditMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",  # in front of the next one: static files have the header too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clinic.middleware.DisplayMiddleware",
    "clinic.middleware.SessionMiddleware",
    "patients.sign_in.previous_cookies.PreviousCookiesMiddleware",
    "clinic.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "patients.middleware.ReadableRedirectMiddleware",
    "patients.middleware.UnsavedAnswerMiddleware",
    "patients.middleware.ClearSiteDataMiddleware",
    "clinic.middleware.SignInRequiredMiddleware",
    "clinic.accounts.middleware.SecondFactorMiddleware",
    "clinic.accounts.middleware.IdleMiddleware",
    "clinic.middleware.NoStoreMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clinic.accounts.middleware.AccountErrorMiddleware",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.context_processors.site",
            ],
        },
    },
]

# --- Data ---------------------------------------------------------------------------------------------------------
VAR_DIR = BASE_DIR / "var"
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'surefoot.sqlite3'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(exist_ok=True)
    # WAL allows reads during a write; FULL means that committed data survive a power cut. IMMEDIATE takes the write
    # lock at the start of a transaction, so that concurrent writers queue instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # secure_delete overwrites what is deleted, so that an erased patient is not in the file any more.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA secure_delete=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A server that does not answer counts as away soon enough for the page that says so.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
#: The worker appends the head of the audit trail's chain here: outside of the database, so that a cut tail is found.
AUDIT_HEADS_FILE = env.str("AUDIT_HEADS_FILE", default=str(VAR_DIR / "audit-heads.txt"))
# The role that owns the tables. manage.py connects with it for the commands that change tables as a whole; the app's
# own role, that of DATABASE_URL, owns nothing and cannot change the audit trail (clinic/database_role.py).
APP_DATABASE = DATABASES["default"]
OWNER_DATABASE = None
if env.str("MIGRATION_DATABASE_URL", default=""):
    OWNER_DATABASE = {**env.db_url("MIGRATION_DATABASE_URL"), "ATOMIC_REQUESTS": False}
OWNER_COMMANDS = [
    *("migrate", "createcachetable", "grant_database_role"),
    *("restore", "restore_drill", "archive_audit_trail", "vacuum_erased"),
]
#: The ids of erased patients, outside the database and its backups: a restore repeats their erasure from it.
ERASED_LIST = env.str("ERASED_LIST", default=str(VAR_DIR / "erased-patients.txt"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In the database and so shared between processes. Nothing is counted in it: limits are in `clinic.rate_limits`. Beyond
# MAX_ENTRIES it drops rows that have not expired, so this is far more than the few leaflets that are kept.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    }
}

# --- People -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "clinic.User"
AUTHENTICATION_BACKENDS = [
    "clinic.accounts.backends.AuthenticationBackend",
    # For the sessions that name it: without it, all patients would have to sign in again with a new card.
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "clinic.accounts.passwords.LengthValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "clinic.accounts.passwords.KnownPasswordValidator"},
    {"NAME": "clinic.accounts.passwords.StrengthValidator"},
    {"NAME": "clinic.accounts.passwords.OwnWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "staff:home_redirect"
LOGOUT_REDIRECT_URL = "library:home"
ACCOUNT_ADAPTER = "clinic.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
# No e-mail to unknown addresses: there is no sign-up.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Every change of a password or a second factor is told by e-mail.
ACCOUNT_EMAIL_NOTIFICATIONS = True
# allauth's own generator copies the address into its table of addresses while it makes a link. A row there is a second
# address to sign in with, and an unconfirmed one forbids second factors. Django's covers the address as well.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
# Asked only where a clinic has switched it on: `Clinic.trusts_browsers`, `clinic.accounts.stages`.
MFA_TRUST_ENABLED = True
MFA_TRUST_COOKIE_AGE = 14 * 24 * 60 * 60
#: Staff and administrators need a second factor before anything else opens. Personas of development have none.
REQUIRE_SECOND_FACTOR = PRODUCTION
#: Exports, roles, cards and second factors ask who it is, unless it was proved in the last seconds of the next setting.
REQUIRE_FRESH_AUTHENTICATION = PRODUCTION
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# The person proves themselves to the passkey with a finger, a face or a PIN: it is two factors in one.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ADAPTER = "clinic.accounts.mfa.MFAAdapter"
MFA_FORMS = {
    "authenticate": "clinic.accounts.forms.AuthenticateForm",
    "reauthenticate": "clinic.accounts.forms.ReauthenticateForm",
    "activate_totp": "clinic.accounts.forms.ActivateTOTPForm",
    "add_webauthn": "clinic.accounts.forms.AddPasskeyForm",
    "login_webauthn": "clinic.accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "clinic.accounts.forms.AuthenticateByPasskeyForm",
    "reauthenticate_webauthn": "clinic.accounts.forms.ReauthenticateByPasskeyForm",
}
MFA_TOTP_ISSUER = "Surefoot"
# 30 seconds before and after, for clocks that differ and slow typists. `clinic.accounts.totp` accepts a code once.
MFA_TOTP_TOLERANCE = 1
# allauth counts in the cache, and by account alone: a stranger could lock the owner out. See `accounts.sign_in_limits`.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
# Staff are signed out when the browser closes, or after ten hours: a working day. `clinic.accounts.idle` locks before.
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- Security -----------------------------------------------------------------------------------------------------
TRUST_PROXY = env.bool("TRUST_PROXY", default=False)
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TRUST_PROXY else 0
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# With the first prefix, browsers take a cookie from this host alone; the second allows one that only some pages get.
HOST_ONLY, HTTPS_ONLY = ("__Host-", "__Secure-") if PRODUCTION else ("", "")
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{HOST_ONLY}sessionid", f"{HOST_ONLY}csrftoken"
LANGUAGE_COOKIE_NAME, DISPLAY_COOKIE_NAME = f"{HOST_ONLY}django_language", f"{HOST_ONLY}display"
MFA_TRUST_COOKIE_NAME, KNOWN_BROWSER_COOKIE_NAME = f"{HOST_ONLY}mfa_trusted", f"{HTTPS_ONLY}known_accounts"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie: it may name a patient
X_FRAME_OPTIONS = "DENY"
# Features of browsers that a page could misuse, and those that our pages use ("self": passkeys, a screen that stays on
# in a session). No further ones: Chromium writes a message for each name that it does not know.
PERMISSIONS_POLICY = {
    **dict.fromkeys(("camera", "display-capture", "geolocation", "hid", "microphone", "midi"), ""),
    **dict.fromkeys(("payment", "serial", "usb"), ""),
    **dict.fromkeys(
        ("publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock"), "self"
    ),
}
CSRF_FAILURE_VIEW = "patients.sessions.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        # Bootstrap's ticks and arrows are data: URLs.
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

#: Opens /metrics. Empty: there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# --- Emergencies --------------------------------------------------------------------------------------------------
#: The numbers on pages that cannot read the clinic's own ones, since the database cannot be reached.
EMERGENCY_NUMBER = env.str("SUREFOOT_EMERGENCY_NUMBER", default="911")
CLINIC_PHONE = env.str("SUREFOOT_CLINIC_PHONE", default="")

# --- Words and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
# The cookie lasts a year. It contains nothing personal; it is HTTP-only because no script needs it.
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["clinic.formats"]

# --- Static files -------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(VAR_DIR / "static"))
# Bootstrap and the font come from Python packages, so no copy of them is in the repository.
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", files("django_include_bootstrap") / "static" / "css"),
    ("fonts", files("fontpkg_atkinson_hyperlegible") / "files"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no page of another site may read them

# --- Mail ---------------------------------------------------------------------------------------------------------
# All e-mail is stored in the outbox table; `manage.py worker` delivers it through EMAIL_URL.
EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"
OUTBOX_DELIVERY = env.email_url("EMAIL_URL", default="filemail:" if not PRODUCTION else "smtp://localhost:25")
if not PRODUCTION and "EMAIL_URL" not in env.ENVIRON:
    OUTBOX_DELIVERY["EMAIL_FILE_PATH"] = str(VAR_DIR / "mail")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Surefoot <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
#: The people who are told of errors by mail, without the outbox.
ERROR_MAIL_TO = env.list("ERROR_MAIL_TO", default=[])

# --- Web push notifications -----------------------------------------------------------------------------------------
# Without a key, notifications are not offered. The worker calls only these services, whatever a browser sends.
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")
if MODE == "development" and not VAPID_PRIVATE_KEY:
    VAPID_KEY_FILE = VAR_DIR / "vapid.key"  # of this machine only
    if not VAPID_KEY_FILE.is_file():
        VAR_DIR.mkdir(exist_ok=True)
        VAPID_KEY_FILE.write_text(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="))
    VAPID_PRIVATE_KEY = VAPID_KEY_FILE.read_text().strip()
PUSH_SERVICES = [
    "https://fcm.googleapis.com",
    "https://updates.push.services.mozilla.com",
    "https://*.push.apple.com",
    "https://*.notify.windows.com",
]

# --- Background jobs: `manage.py worker` runs each of these; the value is the interval in seconds -------------------
PERIODIC_JOBS = {
    "clinic.tasks.delete_expired_rows": 60 * 60,
    "clinic.tasks.seal_audit_trail": 10,
    "patients.tasks.escalate_due_alerts": 60,
    # Each run refreshes a few hundred patients at most, and none if all were refreshed today.
    "patients.tasks.refresh_summaries": 60,
    # Both read an index and do nothing if nothing is due.
    "patients.tasks.send_reminders": 30,
    "patients.tasks.update_reminder_zones": 5 * 60,
    # Reminders and e-mail that were put off while the clock was ahead would wait until the clock is there again.
    "patients.tasks.bring_back_far_reminders": 5 * 60,
    "clinic.tasks.bring_back_mail": 5 * 60,
    "patients.tasks.delete_expired_credentials": 60 * 60,
    "clinic.rate_limits.delete_full_buckets": 5 * 60,
    "patients.tasks.finish_carried_out_erasures": 60 * 60,
}
#: Jobs that wait for servers of others. Each has a thread of its own, so that nothing else waits with it.
EXTERNAL_JOBS = {"patients.tasks.send_due_notices": 10}

# --- Backups: `manage.py backup` encrypts to these public keys of age, separated by commas ---------------------------
BACKUP_PUBLIC_KEY = env.str("BACKUP_PUBLIC_KEY", default="")
#: Steps of `manage.py restore`, in this order. The last one holds the mail of all others.
RESTORE_STEPS = [
    "clinic.backup.after_restore.record_restore",
    "clinic.backup.after_restore.end_sessions",
    "clinic.backup.after_restore.list_team",
    "clinic.backup.after_restore.check_second_factors",
    "patients.after_restore.erase_again",
    "patients.after_restore.close_ways_in",
    "patients.after_restore.skip_reminders",
    "patients.after_restore.escalate",
    "clinic.backup.after_restore.hold_mail",
]

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- Logs: to standard error, one JSON object a line, never a path, a body, a name or the text of an exception --------
LOGGING = get_logging_config(
    readable=MODE == "development", level="ERROR" if MODE == "test" else env.str("LOG_LEVEL", default="INFO")
)

if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
