"""JSON answers: never cached, problems in words, and readable by Slipmat's own pages."""
import functools

from django.conf import settings
from django.http import HttpResponse, JsonResponse


def answer(body, status=200):
    response = JsonResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response


def problem(status, title, detail):
    response = answer({"title": title, "status": status, "detail": detail}, status)
    response["Content-Type"] = "application/problem+json"
    return response


def sign_in_needed(request):
    """The problem for somebody who is not signed in; None for the others."""
    if request.user.is_authenticated:
        return None
    return problem(401, "Please sign in", "You need to be signed in for this.")


def for_slipmat(view):
    """CORS with cookies, for exactly one origin."""

    @functools.wraps(view)
    def wrapped(request):
        is_preflight = request.method == "OPTIONS"
        response = HttpResponse(status=204) if is_preflight else view(request)
        response["Vary"] = "Origin, Cookie"
        origin = request.META.get("HTTP_ORIGIN")
        if not origin or origin != settings.SLIPMAT_ORIGIN:
            return response
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Credentials"] = "true"
        response["Access-Control-Expose-Headers"] = "Slipmat-Session, Slipmat-Reference"
        if is_preflight:
            response["Access-Control-Allow-Methods"] = "GET, POST"
            response["Access-Control-Allow-Headers"] = "Content-Type"
        return response

    return wrapped
