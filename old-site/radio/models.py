from django.conf import settings
from django.db import models


class ChatSettings(models.Model):
    """How somebody likes the chat."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    colour = models.CharField(max_length=20, default="plain")
    sounds = models.BooleanField(default=True)


class NextSet(models.Model):
    """What a DJ plays next."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    title = models.CharField(max_length=100, default="")
