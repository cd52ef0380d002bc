"""Who one is, signing in and out."""
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect, render

from .models import ChatSettings


def own_path(wanted):
    """A path of this site; / for anything else."""
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else "/"


def who(request):
    chat = ChatSettings.objects.filter(user=request.user).first() if request.user.is_authenticated else None
    return render(request, "radio/who.html", {"chat": chat, "gate": settings.GATE})


def sign_in(request):
    back = own_path(request.GET.get("next", "/"))
    if settings.GATE:
        # Slipmat signs people in; a session of this site's own would be believed by nobody.
        return redirect(f"{settings.SLIPMAT_ORIGIN}/sign-in?return={quote(settings.SLIPMAT_AUDIENCE + back, safe='')}")
    failed = False
    if request.method == "POST":
        user = authenticate(request, username=request.POST.get("username"), password=request.POST.get("password"))
        if user is not None:
            login(request, user)
            return redirect(back)
        failed = True
    return render(request, "radio/sign_in.html", {"failed": failed}, status=403 if failed else 200)


def sign_out(request):
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not settings.GATE:
        logout(request)
    return redirect("/")
