"""Row-level security on imports; a row belongs to a file of its own tenant (rule 7)."""

from typing import ClassVar

from django.db import migrations

from naisen.portal.tenants.isolation import anchor, bind, isolate


class Migration(migrations.Migration):
    """The anchor, the foreign key that uses it, then the policies."""

    dependencies: ClassVar = [("csv_files", "0001_initial"), ("tenants", "0003_isolation")]
    operations: ClassVar = [
        anchor("csv_files_import"),
        bind("csv_files_importrow", "file_id", "csv_files_import"),
        isolate("csv_files_import"),
        isolate("csv_files_importrow"),
    ]
