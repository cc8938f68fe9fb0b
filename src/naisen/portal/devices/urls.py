"""Addresses of アカウント一覧."""

from django.urls import path

from naisen.portal.devices.views import assign, bulk, calls, devices, reset_password

urlpatterns = [
    path("", devices.devices, name="devices"),
    path("unassign/", bulk.devices_unassign, name="devices_unassign"),
    path("reset-passwords/", bulk.devices_reset_passwords, name="devices_reset_passwords"),
    path("<int:pk>/", devices.device, name="device"),
    path("<int:pk>/person/", assign.device_assign, name="device_assign"),
    path("<int:pk>/calls/", calls.device_calls, name="device_calls"),
    path("<int:pk>/reset-password/", reset_password.device_reset_password, name="device_reset_password"),
]
