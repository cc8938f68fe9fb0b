"""Addresses of the live status."""

from django.urls import path

from naisen.portal.registrations.views import cells, stream

urlpatterns = [
    path("cells/", cells.registration_cells, name="registration_cells"),
    path("stream/", stream.registration_stream, name="registration_stream"),
]
