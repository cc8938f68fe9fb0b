"""Foreign keys that the same-tenant ones imply: an import of 10,000 people spares half a second of checks.

A row of a link table names its tenant through its person, and people have a foreign key to their tenant.

The link tables' index on the tenant becomes one on tenant and person. Before a table is analysed for the first
time, PostgreSQL would check the deletion of each of 10,000 people by reading all of the tenant's rows.
"""

from typing import ClassVar

from django.db import migrations

from naisen.portal.tenants.isolation import implied

LINKS = (
    ("departments_membership", "department_id", "departments_department"),
    ("departments_pickupright", "department_id", "departments_department"),
    ("lines_linerecipient", "line_id", "lines_line"),
    ("lines_linecaller", "line_id", "lines_line"),
)
OTHERS = (
    ("people_person", "number_id", "numbering_number"),
    ("people_person", "default_line_id", "lines_line"),
    ("devices_device", "person_id", "people_person"),
    ("csv_files_importrow", "file_id", "csv_files_import"),
    ("csv_files_importrow", "tenant_id", "tenants_tenant"),
)


def index_by_person(table: str) -> migrations.RunSQL:
    """Replace the index on tenant_id by one on (tenant_id, person_id), which serves for both."""
    return migrations.RunSQL(
        f"""
        CREATE INDEX {table}_by_person ON {table} (tenant_id, person_id);
        DO $$
        DECLARE found regclass;
        BEGIN
          SELECT i.indexrelid::regclass INTO STRICT found FROM pg_index i
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND i.indkey::text = a.attnum::text
           WHERE i.indrelid = '{table}'::regclass AND a.attname = 'tenant_id';
          EXECUTE format('DROP INDEX %s', found);
        END $$;
        """,  # noqa: S608 - our own names
        f"CREATE INDEX {table}_tenant_id ON {table} (tenant_id); DROP INDEX {table}_by_person;",
    )


class Migration(migrations.Migration):
    """One foreign key for one thing."""

    dependencies: ClassVar = [
        ("csv_files", "0002_isolation"),
        ("tenants", "0003_isolation"),
        ("people", "0002_serial"),
        ("departments", "0003_serial"),
        ("lines", "0003_no_answer"),
        ("devices", "0002_initial"),
    ]
    operations: ClassVar = [
        *(implied(table, column, target) for table, column, target in LINKS),
        *(implied(table, "person_id", "people_person") for table, _column, _target in LINKS),
        *(implied(table, "tenant_id", "tenants_tenant") for table, _column, _target in LINKS),
        *(implied(*other) for other in OTHERS),
        *(index_by_person(table) for table, _column, _target in LINKS),
    ]
