"""The old API of the chat's settings. It is from before CSRF protection, and has none of its own."""
import json

from django.views.decorators.csrf import csrf_exempt

from .answers import answer, for_slipmat, problem, sign_in_needed
from .models import ChatSettings


@csrf_exempt
@for_slipmat
def settings(request):
    refusal = sign_in_needed(request)
    if refusal:
        return refusal
    kept, _made = ChatSettings.objects.get_or_create(user=request.user)
    if request.method == "POST":
        try:
            wanted = json.loads(request.body)
            kept.colour, kept.sounds = str(wanted["colour"])[:20], bool(wanted["sounds"])
        except (ValueError, KeyError, TypeError):
            return problem(400, "Not understood", "Please send a colour and whether you want sounds.")
        kept.save()
    return answer({"handle": request.user.get_username(), "colour": kept.colour, "sounds": kept.sounds})
