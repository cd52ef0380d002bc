"""Settings of the old site, from the environment.

DATABASE              path of an SQLite file, or postgres://user:password@host:port/name. Needed.
SECRET_KEY            Needed.
GATE                  on (default): Slipmat's gate says who is asking. off: as the site was before Slipmat.
SLIPMAT_ORIGIN        such as https://radio.example
SLIPMAT_JWKS_URL      where this site reaches https://radio.example/.well-known/jwks.json
SLIPMAT_AUDIENCE      this site's own origin, such as https://old.radio.example
SESSION_ENGINE        db (default), cache, cached_db, file or signed_cookies
SESSION_SERIALIZER    json (default) or pickle
SESSION_COOKIE_NAME, SESSION_COOKIE_DOMAIN, SESSION_COOKIE_HTTPONLY=on|off, SESSION_COOKIE_SECURE=on|off
CSRF_COOKIE_DOMAIN    Empty: this host only.
CACHE                 folder of the cache, which all processes share
TRUST_PROXY           on: X-Forwarded-Proto says whether the browser came over https
PASSWORD_ITERATIONS   of PBKDF2, for tests that make many users
"""
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent


def is_on(name, default):
    return os.environ.get(name, default) == "on"


def database(value):
    url = urlsplit(value)
    if url.scheme not in ("postgres", "postgresql"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": value, "OPTIONS": {"timeout": 20}}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": url.port or "",
    }


SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
# The proxy in front answers for the host names.
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "oldsite.urls"
WSGI_APPLICATION = "oldsite.wsgi.application"
DATABASES = {"default": database(os.environ["DATABASE"])}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True

INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "radio"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "slipmat_gate.slipmat_gate",
]
GATE = is_on("GATE", "on")
if not GATE:
    MIDDLEWARE.remove("slipmat_gate.slipmat_gate")
SLIPMAT_ORIGIN = os.environ.get("SLIPMAT_ORIGIN", "")
SLIPMAT_JWKS_URL = os.environ.get("SLIPMAT_JWKS_URL", "")
SLIPMAT_AUDIENCE = os.environ.get("SLIPMAT_AUDIENCE", "")

SESSION_ENGINE = "django.contrib.sessions.backends." + os.environ.get("SESSION_ENGINE", "db")
SESSION_SERIALIZER = "django.contrib.sessions.serializers." + {
    "json": "JSONSerializer",
    "pickle": "PickleSerializer",
}[os.environ.get("SESSION_SERIALIZER", "json")]
SESSION_COOKIE_NAME = os.environ.get("SESSION_COOKIE_NAME", "sessionid")
SESSION_COOKIE_DOMAIN = os.environ.get("SESSION_COOKIE_DOMAIN") or None
SESSION_COOKIE_HTTPONLY = is_on("SESSION_COOKIE_HTTPONLY", "on")
SESSION_COOKIE_SECURE = is_on("SESSION_COOKIE_SECURE", "off")
CSRF_COOKIE_DOMAIN = os.environ.get("CSRF_COOKIE_DOMAIN") or None
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
if is_on("TRUST_PROXY", "off"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
if os.environ.get("CACHE"):
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": os.environ["CACHE"],
        }
    }
    SESSION_FILE_PATH = os.environ["CACHE"]

# Every format that old sites have; the first is the one for new passwords.
PASSWORD_HASHERS = ["django.contrib.auth.hashers." + name for name in (
    "PBKDF2PasswordHasher",
    "PBKDF2SHA1PasswordHasher",
    "Argon2PasswordHasher",
    "BCryptSHA256PasswordHasher",
    "BCryptPasswordHasher",
    "SHA1PasswordHasher",
    "MD5PasswordHasher",
    "UnsaltedSHA1PasswordHasher",
    "UnsaltedMD5PasswordHasher",
)]
if os.environ.get("PASSWORD_ITERATIONS"):
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    PBKDF2PasswordHasher.iterations = int(os.environ["PASSWORD_ITERATIONS"])

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
