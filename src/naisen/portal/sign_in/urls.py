"""Addresses of sign-in."""

from django.urls import path

from naisen.portal.sign_in.views import home, language, sign_in

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("language/", language.set_language, name="set_language"),
]
