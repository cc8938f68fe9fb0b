"""Which app answers which address."""

from django.urls import include, path

from naisen.portal.frame.views import health

urlpatterns = [
    path("", include("naisen.portal.dashboard.urls")),
    path("", include("naisen.portal.sign_in.urls")),
    path("", include("naisen.portal.csv_files.urls")),
    path("people/", include("naisen.portal.people.urls")),
    path("departments/", include("naisen.portal.departments.urls")),
    path("lines/", include("naisen.portal.lines.urls")),
    path("devices/", include("naisen.portal.devices.urls")),
    path("devices/", include("naisen.portal.settings_sheets.urls")),
    path("circle/", include("naisen.portal.tenants.urls")),
    path("calls/", include("naisen.portal.calls.urls")),
    path("history/", include("naisen.portal.audit.urls")),
    path("registrations/", include("naisen.portal.registrations.urls")),
    path("", include("naisen.portal.dialling.urls")),
    path("operator/", include("naisen.portal.operators.urls")),
    path("help/", include("naisen.portal.help_pages.urls")),
    path("healthz", health.healthz, name="healthz"),
]

handler400 = "naisen.portal.frame.views.errors.bad_request"
handler403 = "naisen.portal.frame.views.errors.forbidden"
handler404 = "naisen.portal.frame.views.errors.not_found"
handler500 = "naisen.portal.frame.views.errors.server_error"
