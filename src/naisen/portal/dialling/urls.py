"""Addresses of 「誰が鳴るか」, 「番号チェック」 and 「機能番号」."""

from django.urls import path

from naisen.portal.dialling.views import feature_codes, number_check, who_rings

urlpatterns = [
    path("who-rings/", who_rings.who_rings, name="who_rings"),
    path("number-check/", number_check.number_check, name="number_check"),
    path("feature-codes/", feature_codes.feature_codes, name="feature_codes"),
    path("feature-codes/sheet.pdf", feature_codes.feature_codes_pdf, name="feature_codes_pdf"),
]
