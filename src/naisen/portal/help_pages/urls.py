"""Addresses of the help."""

from django.urls import path, re_path

from naisen.portal.help_pages.views import pages

urlpatterns = [
    path("", pages.help_contents, name="help_contents"),
    path("manual.pdf", pages.help_manual, name="help_manual"),
    re_path(r"^images/(?P<file>[a-z_]+(?:\.en)?\.webp)\Z", pages.help_image, name="help_image"),
    path("<slug:name>/", pages.help_page, name="help_page"),
    path("<slug:name>.pdf", pages.help_pdf, name="help_pdf"),
]
