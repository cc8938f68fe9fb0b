"""Addresses of settings sheets, under devices/."""

from django.urls import path

from naisen.portal.settings_sheets.views import many
from naisen.portal.settings_sheets.views.sheet import settings_sheet

urlpatterns = [
    path("<int:pk>/settings-sheet.pdf", settings_sheet, name="settings_sheet"),
    path("settings-sheets/", many.settings_sheets, name="settings_sheets"),
    path("settings-sheets/<str:token>/", many.settings_sheets_ordered, name="settings_sheets_ordered"),
    path("settings-sheets/<str:token>/file/", many.settings_sheets_download, name="settings_sheets_download"),
]
