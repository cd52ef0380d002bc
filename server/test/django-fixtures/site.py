"""
Makes databases, sessions and password hashes with the real Django, so that nothing here is a copy of how Django is
thought to work. One command with its input as JSON on standard input, and one JSON object as its answer:

    python3 site.py <create|many|sessions|check|passwords|change-password>

Every input has "database": {"kind": "sqlite", "file": …} or {"kind": "postgres", "host": …, "port": …, …}, and
"secretKey".
"""

import base64
import hashlib
import json
import sys
import warnings
from importlib import import_module

import django
from django.conf import settings

INPUT = json.load(sys.stdin)
PASSWORD = "felt under the needle"


def database():
    given = INPUT["database"]
    if given["kind"] == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": given["file"]}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{key.upper(): given[key] for key in ("host", "port", "user", "password", "name")},
    }


# What this Django warns of is what the fixtures are about: the old formats.
warnings.simplefilter("ignore")
HASHERS = "django.contrib.auth.hashers."
settings.configure(
    DATABASES={"default": database()},
    SECRET_KEY=INPUT["secretKey"],
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    # The cheapest first: hundreds of users are made with it.
    PASSWORD_HASHERS=[
        HASHERS + name
        for name in (
            "MD5PasswordHasher",
            "PBKDF2PasswordHasher",
            "PBKDF2SHA1PasswordHasher",
            "Argon2PasswordHasher",
            "BCryptSHA256PasswordHasher",
            "BCryptPasswordHasher",
            "SHA1PasswordHasher",
            "UnsaltedSHA1PasswordHasher",
            "UnsaltedMD5PasswordHasher",
            "CryptPasswordHasher",
        )
    ],
)
django.setup()

from django.contrib.auth import get_user, hashers, login
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.http import HttpRequest
from django.test.utils import override_settings

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def create():
    """Tables, and the users of INPUT["users"], each with the fields of the model, "groups" and "password"."""
    call_command("migrate", verbosity=0)
    ids = {}
    for given in INPUT.get("users", []):
        fields = {key: value for key, value in given.items() if key not in ("groups", "password", "stored_password")}
        user = User(**fields)
        user.password = given.get("stored_password") or hashers.make_password(given.get("password", PASSWORD))
        user.save()
        for name in given.get("groups", []):
            user.groups.add(Group.objects.get_or_create(name=name)[0])
        ids[user.username] = str(user.pk)
    return {"ids": ids}


def many():
    """INPUT["count"] more users; every hundredth is disabled."""
    password = hashers.make_password(PASSWORD)
    User.objects.bulk_create(
        User(
            username=f"crowd.{number}",
            email=f"Crowd{number}@Example.com",
            password=password,
            is_active=number % 100 != 0,
        )
        for number in range(1, INPUT["count"] + 1)
    )
    return {"users": User.objects.count()}


def store_of(engine, key=None):
    return import_module(engine).SessionStore(key)


def sign_in(wanted):
    """The cookie of a browser that signs in under the settings of INPUT["sessions"][…]."""
    engine = "django.contrib.sessions.backends." + wanted.get("engine", "db")
    with override_settings(SESSION_ENGINE=engine, **wanted.get("settings", {})):
        request = HttpRequest()
        request.session = store_of(engine)
        if "username" in wanted:
            user = User.objects.get(username=wanted["username"])
            login(request, user, backend=wanted.get("backend", MODEL_BACKEND))
        for name, value in wanted.get("data", {}).items():
            request.session[name] = value
        if "expiry" in wanted:
            request.session.set_expiry(wanted["expiry"])
        request.session.save()
        return request.session.session_key


def sessions():
    return {name: sign_in(wanted) for name, wanted in INPUT["sessions"].items()}


def check():
    """Whom Django itself takes each cookie of INPUT["cookies"] for; null for nobody."""
    seen = {}
    for name, cookie in INPUT["cookies"].items():
        request = HttpRequest()
        request.session = store_of("django.contrib.sessions.backends.db", cookie)
        user = get_user(request)
        seen[name] = user.username if user.is_authenticated else None
    return seen


def change_password():
    user = User.objects.get(username=INPUT["username"])
    user.set_password(INPUT["password"])
    user.save()
    return {"password": user.password}


def scrypt_as_django_4(password, salt="seasalt", n=2**14, r=8, p=1):
    """django.contrib.auth.hashers.ScryptPasswordHasher.encode, which came with Django 4.0."""
    derived = hashlib.scrypt(password.encode(), salt=salt.encode(), n=n, r=r, p=p, maxmem=2**26, dklen=64)
    return f"scrypt${n}${salt}${r}${p}${base64.b64encode(derived).decode('ascii').strip()}"


def passwords():
    """INPUT["password"] in every format."""
    password = INPUT["password"]
    by_name = hashers.get_hashers_by_algorithm()
    made = {
        name: hashers.make_password(password, hasher=name)
        for name in by_name
        if name not in ("unsalted_md5", "bcrypt", "bcrypt_sha256")
    }
    for name in ("bcrypt", "bcrypt_sha256"):
        by_name[name].rounds = 6
        made[name] = hashers.make_password(password, hasher=name)
    made["unsalted_md5"] = hashers.make_password(password, hasher="unsalted_md5")
    made["unsalted_md5 with a prefix"] = "md5$$" + made["unsalted_md5"]
    made["pbkdf2_sha256 of 1.2 million"] = by_name["pbkdf2_sha256"].encode(password, "salz", 1_200_000)
    argon2 = import_module("argon2")
    for variety, kind in (("argon2i", argon2.Type.I), ("argon2d", argon2.Type.D)):
        raw = argon2.low_level.hash_secret(password.encode(), b"seasaltsalt", 2, 512, 2, 16, kind)
        made[variety] = "argon2" + raw.decode("ascii")
    first = argon2.low_level.hash_secret(password.encode(), b"seasaltsalt", 2, 512, 2, 16, argon2.Type.I, 16)
    # Before version 1.3 of Argon2 the string did not say which.
    made["argon2i without a version"] = "argon2" + first.decode("ascii").replace("v=16$", "")
    taken = {name: hashers.check_password(password, stored) for name, stored in made.items()}
    made["scrypt"] = scrypt_as_django_4(password)
    made["unusable"] = hashers.make_password(None)
    return {"stored": made, "taken": taken}


COMMANDS = {
    "create": create,
    "many": many,
    "sessions": sessions,
    "check": check,
    "passwords": passwords,
    "change-password": change_password,
}
json.dump(COMMANDS[sys.argv[1]](), sys.stdout)
