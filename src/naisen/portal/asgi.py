"""The portal as an ASGI application, for uvicorn."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naisen.portal.settings")
# Under ASGI every request has a thread of its own: without a pool each would open a connection (8 ms).
os.environ.setdefault("NAISEN_POOLED_CONNECTIONS", "8")

application = get_asgi_application()
