"""Addresses of the operator's screens."""

from django.urls import path

from naisen.portal.operators.views import lines, rates, tenants, trunks
from naisen.portal.sign_in.models import Login
from naisen.portal.sign_in.views.sign_in import sign_in

urlpatterns = [
    path("", tenants.operator_tenants, name="operator_tenants"),
    path("sign-in/", sign_in, {"kind": Login.Kind.OPERATOR}, name="operator_sign_in"),
    path("tenants/<int:pk>/", tenants.operator_tenant, name="operator_tenant"),
    path("tenants/<int:pk>/limits/", tenants.operator_limits, name="operator_limits"),
    path("tenants/<int:pk>/lines/register/", lines.operator_line_register, name="operator_line_register"),
    path("tenants/<int:pk>/lines/<int:line>/", lines.operator_line_edit, name="operator_line_edit"),
    path(
        "tenants/<int:pk>/lines/<int:line>/delete/", lines.operator_line_delete, name="operator_line_delete"
    ),
    path("rates/", rates.operator_rates, name="operator_rates"),
    path("rates/register/", rates.operator_rate_register, name="operator_rate_register"),
    path("rates/<int:pk>/", rates.operator_rate_edit, name="operator_rate_edit"),
    path("rates/<int:pk>/delete/", rates.operator_rate_delete, name="operator_rate_delete"),
    path("trunks/", trunks.operator_trunks, name="operator_trunks"),
    path("trunks/register/", trunks.operator_trunk_register, name="operator_trunk_register"),
    path("trunks/<int:pk>/", trunks.operator_trunk_edit, name="operator_trunk_edit"),
    path("trunks/<int:pk>/delete/", trunks.operator_trunk_delete, name="operator_trunk_delete"),
]
