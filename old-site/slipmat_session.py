"""Tells Slipmat, and only Slipmat, whose a session of this Django site is.

For session back ends that Slipmat cannot read itself (DJANGO_SESSIONS=ask): cache, file, a class of one's own. Slipmat
posts {"key": "<the session cookie's value>"} to /slipmat/session and signs it with what both know, the SECRET_KEY:

    Slipmat-Timestamp: <seconds since 1970>
    Slipmat-Signature: <hex HMAC-SHA256 of "<timestamp>.<key>", keyed with SECRET_KEY>

200 {"user_id": "7", "auth_hash_ok": true}, 403 {"refused": "unknown" | "wrong-hash" | "disabled"}, or 401 for
whoever does not know the key or asks with a timestamp more than a minute off.
"""
import hashlib
import hmac
import json
import time
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.http import JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

WINDOW_SECONDS = 60
# A session key has 32 characters; with signed cookies it is the whole cookie, which browsers keep up to 4096 bytes.
MAX_BODY_BYTES = 8192


def is_slipmat(request, key):
    """True when the request was signed with one of this site's keys in the last minute."""
    timestamp = request.META.get("HTTP_SLIPMAT_TIMESTAMP", "")
    signature = request.META.get("HTTP_SLIPMAT_SIGNATURE", "")
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(time.time() - int(timestamp)) > WINDOW_SECONDS:
        return False
    message = f"{timestamp}.{key}".encode()
    secrets = [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", [])]
    expected = [hmac.new(str(secret).encode(), message, hashlib.sha256).hexdigest() for secret in secrets]
    # A list, so that all of them are compared, however early one fits.
    return any([constant_time_compare(signature, one) for one in expected])


def is_fresh(user, auth_hash):
    """True when the user's password is the one that the session was signed in with."""
    own = [user.get_session_auth_hash()]
    if hasattr(user, "_legacy_get_session_auth_hash"):  # Django 3.1 and 3.2.
        own.append(user._legacy_get_session_auth_hash())
    if hasattr(user, "get_session_auth_fallback_hash"):  # Django 4.1 and later.
        own.extend(user.get_session_auth_fallback_hash())
    return any([constant_time_compare(auth_hash or "", one) for one in own])


def session_of(key):
    """Whose session it is, as (status, answer). A session that is alive stays as it is, whatever is found."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user_id, backend = store.get(SESSION_KEY), store.get(BACKEND_SESSION_KEY)
    if user_id is None or backend not in settings.AUTHENTICATION_BACKENDS:
        return 403, {"refused": "unknown"}
    user = get_user_model()._default_manager.filter(pk=user_id).first()
    if user is None:
        return 403, {"refused": "unknown"}
    if not is_fresh(user, store.get(HASH_SESSION_KEY)):
        return 403, {"refused": "wrong-hash"}
    if not user.is_active:
        return 403, {"refused": "disabled"}
    return 200, {"user_id": str(user.pk), "auth_hash_ok": True}


@csrf_exempt
@require_POST
def slipmat_session(request):
    try:
        body = request.read(MAX_BODY_BYTES + 1)
        key = json.loads(body)["key"] if len(body) <= MAX_BODY_BYTES else None
    except (ValueError, KeyError, TypeError):
        key = None
    if not isinstance(key, str) or not is_slipmat(request, key):
        return JsonResponse({"refused": "signature"}, status=401)
    status, answer = session_of(key)
    response = JsonResponse(answer, status=status)
    response["Cache-Control"] = "no-store"
    return response
