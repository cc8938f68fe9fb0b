"""The address of サークル設定."""

from django.urls import path

from naisen.portal.tenants.views import settings

urlpatterns = [path("", settings.tenant_settings, name="tenant_settings")]
