"""Addresses of settings sheets, under devices/."""

from django.urls import path

from naisen.portal.settings_sheets.views.sheet import settings_sheet

urlpatterns = [path("<int:pk>/settings-sheet.pdf", settings_sheet, name="settings_sheet")]
