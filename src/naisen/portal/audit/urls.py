"""Addresses of 変更履歴."""

from django.urls import path

from naisen.portal.audit.views import history

urlpatterns = [
    path("", history.history, name="history"),
    path("history.csv", history.history_csv, name="history_csv"),
]
