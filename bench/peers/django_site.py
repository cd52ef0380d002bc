"""A Django site as `startproject` makes it, with two views: the signed-in person's name, and whether one is signed in.

    python3 django_site.py seed COUNT    makes the database; prints a Cookie header's value for each person
    gunicorn django_site:application     serves it

DATABASE_FILE says where the database is; KEEP_DATABASE_OPEN sets CONN_MAX_AGE to None.
"""
import os
import sys

import django
from django.conf import settings

settings.configure(
    DEBUG=False,
    SECRET_KEY="measured",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["DATABASE_FILE"],
            # Django's default, 0, opens the database anew for every request.
            "CONN_MAX_AGE": None if os.environ.get("KEEP_DATABASE_OPEN") else 0,
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone


def me(request):
    user = request.user
    return JsonResponse({"name": user.get_full_name() if user.is_authenticated else None})


def check(request):
    user = request.user
    if not user.is_authenticated:
        return HttpResponse(status=401)
    return HttpResponse(headers={"name": user.get_full_name()})


urlpatterns = [path("me", me), path("check", check)]
application = get_wsgi_application()


def seed(count):
    call_command("migrate", verbosity=0)
    User.objects.bulk_create(
        [User(username=f"person-{n}", first_name="Person", last_name=str(n), password="!") for n in range(count)],
        batch_size=50,
    )
    expires = timezone.now() + timezone.timedelta(days=14)
    store = SessionStore()
    sessions = []
    for number, user in enumerate(User.objects.all().iterator()):
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        key = f"{number:08d}{os.urandom(12).hex()}"
        sessions.append(Session(session_key=key, session_data=store.encode(data), expire_date=expires))
        print(f"sessionid={key}")
    Session.objects.bulk_create(sessions, batch_size=200)


if __name__ == "__main__" and sys.argv[1] == "seed":
    seed(int(sys.argv[2]))
