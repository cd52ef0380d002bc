"""The old DJ pages and their API, with Django's CSRF protection."""
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie

from .answers import answer, sign_in_needed
from .models import NextSet


@ensure_csrf_cookie
def next_set(request):
    refusal = sign_in_needed(request)
    if refusal:
        return refusal
    kept, _made = NextSet.objects.get_or_create(user=request.user)
    if request.method == "POST":
        kept.title = request.POST.get("title", "")[:100]
        kept.save()
    return answer({"handle": request.user.get_username(), "title": kept.title})


def page(request):
    if not request.user.is_authenticated:
        return redirect("/sign-in?next=/dj/")
    kept, _made = NextSet.objects.get_or_create(user=request.user)
    if request.method == "POST":
        kept.title = request.POST.get("title", "")[:100]
        kept.save()
        return redirect("/dj/")
    return render(request, "radio/dj.html", {"title": kept.title})
