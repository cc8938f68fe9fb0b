"""Row-level security and same-tenant foreign keys on every tenant table (rule 7)."""

from typing import ClassVar

from django.db import migrations

from naisen.portal.tenants.isolation import anchor, bind, isolate

# Tables that others refer to.
ANCHORS = (
    "numbering_number",
    "lines_line",
    "people_person",
    "departments_department",
    "devices_device",
)
REFERENCES = (
    ("people_person", "number_id", "numbering_number"),
    ("people_person", "default_line_id", "lines_line"),
    ("departments_department", "number_id", "numbering_number"),
    ("departments_membership", "person_id", "people_person"),
    ("departments_membership", "department_id", "departments_department"),
    ("departments_pickupright", "person_id", "people_person"),
    ("departments_pickupright", "department_id", "departments_department"),
    ("lines_linerecipient", "line_id", "lines_line"),
    ("lines_linerecipient", "person_id", "people_person"),
    ("lines_linecaller", "line_id", "lines_line"),
    ("lines_linecaller", "person_id", "people_person"),
    ("devices_device", "person_id", "people_person"),
    ("devices_credential", "device_id", "devices_device"),
)
ISOLATED = (
    "numbering_number",
    "people_person",
    "departments_department",
    "departments_membership",
    "departments_pickupright",
    "lines_line",
    "lines_linerecipient",
    "lines_linecaller",
    "devices_device",
    "devices_credential",
    "registrations_event",
    "registrations_failure",
    "calls_callrecord",
    "audit_entry",
)
# A tenant's common line is a line of its own.
COMMON_LINE = """
ALTER TABLE tenants_tenant ADD CONSTRAINT tenants_tenant_common_line_own
  FOREIGN KEY (id, common_line_id) REFERENCES lines_line (tenant_id, id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    """Anchors, then the foreign keys that use them, then the policies."""

    dependencies: ClassVar = [
        ("tenants", "0002_initial"),
        ("numbering", "0001_initial"),
        ("people", "0001_initial"),
        ("departments", "0002_initial"),
        ("lines", "0002_initial"),
        ("devices", "0002_initial"),
        ("registrations", "0001_initial"),
        ("calls", "0001_initial"),
        ("audit", "0002_initial"),
    ]
    operations: ClassVar = [
        *(anchor(table) for table in ANCHORS),
        *(bind(*reference) for reference in REFERENCES),
        migrations.RunSQL(
            COMMON_LINE, "ALTER TABLE tenants_tenant DROP CONSTRAINT tenants_tenant_common_line_own;"
        ),
        *(isolate(table) for table in ISOLATED),
        isolate("tenants_tenant", column="id"),
    ]
