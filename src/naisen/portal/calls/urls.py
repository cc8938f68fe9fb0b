"""Addresses of 通話履歴."""

from django.urls import path

from naisen.portal.calls.views import call, history

urlpatterns = [
    path("", history.calls, name="calls"),
    path("summary/", history.calls_summary, name="calls_summary"),
    path("calls.csv", history.calls_csv, name="calls_csv"),
    path("<int:pk>/", call.call, name="call"),
]
