"""The portal as an ASGI application, for uvicorn."""

import os

from django.core.asgi import get_asgi_application

from naisen.portal import environment
from naisen.portal.front import BehindFront

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naisen.portal.settings")
# Under ASGI every request has a thread of its own: without a pool each would open a connection (8 ms).
os.environ.setdefault("NAISEN_POOLED_CONNECTIONS", "8")

has_front = "NAISEN_FRONT_KEY_FILE" in os.environ
application = BehindFront(get_asgi_application(), environment.secret("NAISEN_FRONT_KEY") if has_front else "")
