"""The address of the dashboard."""

from django.urls import path

from naisen.portal.dashboard.views.home import home

urlpatterns = [path("", home, name="home")]
