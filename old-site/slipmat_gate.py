"""The gate's side of an old Django site: request.user is who Slipmat's signed header says, and nobody else.

A proxy asks Slipmat about each request and adds the header Slipmat-Identity. What is missing, forged, expired or
meant for another request is refused, so a proxy that is set up wrongly lets nobody in. How to install: README.md.
"""
import base64, hashlib, json, logging, re, secrets, threading, time, urllib.request

import jwt
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.models import AnonymousUser
from django.http import JsonResponse

log = logging.getLogger("slipmat.gate")
# Headers that name somebody too, by which other gateways do it. A proxy that is set up rightly lets none through.
RIVAL = re.compile(r"HTTP_(SLIPMAT_(?!(IDENTITY|CSRF)$)|(X_)?(REMOTE|AUTH|AUTH_REQUEST|AUTHENTICATED|FORWARDED|WEBAUTH)"
                   r"_(USER|USERNAME|PREFERRED_USERNAME|NAME|EMAIL|GROUPS)$|X_USER$)")


class Refused(Exception):
    """Why a request is not believed, as a sentence for people."""


class Keys:
    """Slipmat's public keys: fetched every 5 minutes, and for one that is not known yet at most every 10 seconds."""
    known, asked, lock = {}, float("-inf"), threading.Lock()

    def get(self, kid):
        with self.lock:
            if time.monotonic() - self.asked > (300 if kid in self.known else 10):
                self.asked = time.monotonic()
                try:
                    with urllib.request.urlopen(settings.SLIPMAT_JWKS_URL, timeout=3) as answer:
                        keys = json.loads(answer.read(65536))["keys"]
                    self.known = {key["kid"]: jwt.PyJWK(key, "EdDSA").key for key in keys}
                except (OSError, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
                    log.error("Slipmat's keys could not be fetched: %s", error)
            return self.known.get(kid)


slipmat_keys = Keys()


def claims_of(request):
    """The verified claims of the one identity header. Raises Refused."""
    token = request.META.get("HTTP_SLIPMAT_IDENTITY")
    if not token:
        raise Refused("This request did not come through the sign-in gate.")
    # WSGI joins with a comma what was sent twice, or once with hyphens and once with underscores.
    if "," in token or any(value and RIVAL.match(name) for name, value in request.META.items()):
        raise Refused("This request says more than once who it is from.")
    try:
        head = jwt.get_unverified_header(token)
        key = slipmat_keys.get(head.get("kid")) if head.get("typ") == "slipmat-identity+jwt" else None
        if key is None:
            raise Refused("This request was not signed by the sign-in gate.")
        needed = {"require": ["iss", "aud", "sub", "handle", "sid", "method", "uri", "iat", "nbf", "exp"]}
        claims = jwt.decode(token, key, algorithms=["EdDSA"], options=needed, leeway=5,
                            issuer=settings.SLIPMAT_ORIGIN, audience=settings.SLIPMAT_AUDIENCE)
    except jwt.PyJWTError as error:
        raise Refused(f"The sign-in gate's word does not count here: {error}.") from None
    target = request.META.get("RAW_URI") or request.META.get("REQUEST_URI") or request.get_full_path()
    digest = base64.urlsafe_b64encode(hashlib.sha256(target.encode("latin-1")).digest()).decode().rstrip("=")
    if (claims["method"], claims["uri"]) == (request.method, digest):
        return claims
    raise Refused("The sign-in gate's word was for another request.")


def user_of(claims):
    """The user of this site: the one who was adopted from here, or one made for a newcomer. Raises Refused."""
    if claims["sub"] == "":
        return AnonymousUser()
    users, old_id, mark = get_user_model()._default_manager, claims.get("old_id"), "!slipmat-" + claims["sub"]
    if old_id is not None:
        user = users.filter(pk=old_id).first()
    else:  # Somebody else may have had the name here: only a user made for this person counts. "!": no password fits.
        user, _made = users.get_or_create(username=claims["handle"], defaults={"password": mark})
    if user is None or not user.is_active or (old_id is None and user.password != mark):
        raise Refused("Your account cannot be used on this part of the site. Please tell the staff.")
    return user


def slipmat_gate(get_response):
    """Middleware; its place is directly after AuthenticationMiddleware."""
    def middleware(request):
        if request.path_info == "/slipmat/session":  # slipmat_session.py: there Slipmat asks, and signs by itself.
            return get_response(request)
        try:
            request.slipmat = claims_of(request)
            request.user = request._cached_user = user_of(request.slipmat)
            if request.slipmat["sub"] == "" and SESSION_KEY in request.session:
                request.session.flush()  # Signed out there is signed out here: Slipmat would adopt the session again.
        except Refused as why:
            problem = {"type": "/problems/not-allowed", "title": "Not allowed", "status": 401, "detail": str(why),
                       "code": "not-allowed", "reference": secrets.token_urlsafe(9), "action": "contact"}
            log.warning("refused %s %s: %s", request.method, request.path, problem)
            headers = {"Slipmat-Reference": problem["reference"], "Cache-Control": "no-store"}
            return JsonResponse(problem, status=401, content_type="application/problem+json", headers=headers)
        response = get_response(request)
        response["Slipmat-Session"] = request.slipmat["sid"]
        return response
    return middleware
