from django.urls import path

from radio import chat, dj, pages, whoami
from slipmat_session import slipmat_session

urlpatterns = [
    path("", pages.who),
    path("sign-in", pages.sign_in),
    path("sign-out", pages.sign_out),
    path("dj/", dj.page),
    path("api/chat-settings", chat.settings),
    path("api/dj/set", dj.next_set),
    path("slipmat/whoami", whoami.whoami),
    path("slipmat/session", slipmat_session),
]
