"""Who this site believes the browser to be, for Slipmat's page "Am I really signed in?"."""
import base64
import hashlib

from django.conf import settings
from django.views.decorators.http import require_safe

from .answers import answer, for_slipmat


@for_slipmat
@require_safe
def whoami(request):
    handle = request.user.get_username() if request.user.is_authenticated else None
    if settings.GATE:
        return answer({"session": request.slipmat["sid"], "handle": request.slipmat["handle"] or None})
    if handle is None:
        return answer({"session": "none", "handle": None})
    digest = hashlib.sha256((request.session.session_key or "").encode()).digest()
    return answer({"session": base64.urlsafe_b64encode(digest).decode()[:12], "handle": handle})
