"""Addresses of the screens that take files, and of the files."""

from django.urls import path, re_path

from naisen.portal.csv_files.views import downloads, files, start

urlpatterns = [
    path("people/import/", start.person_import, name="person_import"),
    re_path(
        r"^people/import/template\.(?P<ending>csv|xlsx)\Z",
        downloads.person_import_template,
        name="person_import_template",
    ),
    path("people/bulk-edit/", start.bulk_edit, name="bulk_edit"),
    re_path(
        r"^people/bulk-edit/template\.(?P<ending>csv|xlsx)\Z",
        downloads.bulk_edit_template,
        name="bulk_edit_template",
    ),
    path("imports/", files.imports, name="imports"),
    path("imports/<int:pk>/", files.import_file, name="import_file"),
    path("imports/<int:pk>/progress/", files.import_progress, name="import_progress"),
    path("imports/<int:pk>/confirm/", files.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/cancel/", files.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/take-back/", files.import_take_back, name="import_take_back"),
    path("imports/<int:pk>/rejected.csv", downloads.import_rejected, name="import_rejected"),
]
