"""Fills a throw-away database with a tenant of any size, in seconds: the database makes the rows itself."""

import os
from typing import Any

import psycopg
from django.db import connection

from naisen.portal.demo.company import DemoCompany
from naisen.portal.demo.load import load_company
from naisen.portal.devices import secrets
from naisen.portal.devices.models import Credential, Device
from naisen.portal.tenants.models import Tenant

PASSWORD = "a long enough password"  # noqa: S105 - of a database that is gone afterwards
SURNAMES = [
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "佐々木",
    "山口",
    "松本",
    "井上",
    "木村",
    "林",
    "斎藤",
    "清水",
    "山崎",
    "森",
    "池田",
    "橋本",
    "阿部",
    "石川",
    "山下",
    "中島",
    "石井",
    "小川",
    "前田",
    "岡田",
    "長谷川",
    "藤田",
    "後藤",
    "近藤",
    "村上",
    "遠藤",
    "青木",
    "坂本",
]
GIVEN = [
    "陽菜",
    "美咲",
    "結衣",
    "彩",
    "恵子",
    "幸子",
    "翔太",
    "大輔",
    "健一",
    "誠",
    "直樹",
    "拓也",
    "優",
    "葵",
    "蓮",
    "湊",
    "樹",
    "悠真",
    "陽翔",
    "大翔",
    "真由美",
    "由美子",
    "久美子",
    "裕子",
    "明美",
    "智子",
    "洋子",
    "和子",
    "隆",
    "茂",
    "豊",
    "修",
    "清",
    "進",
    "稔",
    "勝",
    "博",
    "弘",
    "薫",
    "忍",
]
KANA = [
    "サトウ",
    "スズキ",
    "タカハシ",
    "タナカ",
    "イトウ",
    "ワタナベ",
    "ヤマモト",
    "ナカムラ",
    "コバヤシ",
    "カトウ",
]
DEPARTMENTS, LINES = 200, 200
FIRST_EXTENSION = 2_000_000
UNASSIGNED_ONE_IN = 20
STOPPED_ONE_IN = 50
REGISTERED_ONE_IN = 2


def fill(people: int) -> Tenant:
    """A tenant with so many people and as many devices, half of them registered. Use within the scope `all`."""
    tenant = load_company(_company(people), password=PASSWORD)
    values = _values(tenant, people)
    with psycopg.connect(os.environ["NAISEN_OWNER_DATABASE_URL"], autocommit=True) as owner:
        for statement in (*STATEMENTS, REGISTER):
            owner.execute(statement.encode(), values)
            # Else the next one is planned for tables that are still small, and takes hours.
            owner.execute("ANALYZE")
    _credentials(tenant)
    return tenant


def fill_rows(people: int) -> Tenant:
    """The same, but for the registrations, in the transaction that is open: for a few hundred people."""
    tenant = load_company(_company(people), password=PASSWORD)
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, _values(tenant, people))
    _credentials(tenant)
    return tenant


def _values(tenant: Tenant, people: int) -> dict[str, Any]:
    return {
        **{"tenant": tenant.pk, "people": people, "first": FIRST_EXTENSION, "domain": tenant.domain},
        **{"surnames": SURNAMES, "given": GIVEN, "kana": KANA, "server": _server(tenant)},
        **{"groups": min(DEPARTMENTS, people), "lines": min(LINES, people)},
        **{"spare": UNASSIGNED_ONE_IN, "stopped": STOPPED_ONE_IN, "one_in": REGISTERED_ONE_IN},
    }


def analyze() -> None:
    """Tell the planner what is there now, as autovacuum would; only a table's owner may."""
    with psycopg.connect(os.environ["NAISEN_OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


def _company(people: int) -> DemoCompany:
    return DemoCompany(
        customer_number=f"C-{people}",
        customer_name=f"{people}人",
        circle_number=f"9{people:09d}",
        tenant_name=f"{people}人",
        domain=f"t{people}.example.jp",
        login_prefix=f"t{people}-",
        administrator="管理者",
        administrator_id=f"t{people}-admin",
        line_name="代表",
        line_number=f"04{people:08d}",
        department="本社",
        department_number="100",
        people=(),
        spare_devices=1,
    )


def _server(tenant: Tenant) -> int:
    return Device.objects.filter(tenant=tenant).values_list("server_id", flat=True)[0]


STATEMENTS = (
    # Departments and lines.
    """INSERT INTO numbering_number (tenant_id, digits, kind)
       SELECT %(tenant)s, (1000 + n)::text, 'department' FROM generate_series(1, %(groups)s) n""",
    """INSERT INTO departments_department (tenant_id, serial, name, number_id, multicast, ring_timeout_s,
                                           created_at, version)
       SELECT tenant_id, row_number() OVER (ORDER BY digits) + 1, '第' || digits || '課', id, false, 360, now(), 1
         FROM numbering_number WHERE tenant_id = %(tenant)s AND kind = 'department' AND length(digits) = 4""",
    """INSERT INTO lines_line (tenant_id, code, name, number, ring_timeout_s, no_answer, no_answer_number,
                               created_at, version)
       SELECT %(tenant)s, (100 + n)::text, '回線' || n,
              '05' || lpad(%(people)s::text, 6, '0') || lpad(n::text, 4, '0'), 60, 'busy', '', now(), 1
         FROM generate_series(1, %(lines)s) n""",
    # People: names spread so that a family name finds one in forty.
    """INSERT INTO numbering_number (tenant_id, digits, kind)
       SELECT %(tenant)s, (%(first)s + n)::text, 'person' FROM generate_series(1, %(people)s) n""",
    """INSERT INTO people_person (tenant_id, serial, number_id, name, kana, pin_hash, ring_timeout_s, memo,
                                  stopped_at, created_at, version)
       SELECT tenant_id, n, id, (%(surnames)s::text[])[1 + n %% 40] || ' ' || (%(given)s::text[])[1 + n / 40 %% 40],
              (%(kana)s::text[])[1 + n %% 10] || ' ' || n, '', 60, '',
              CASE WHEN n %% %(stopped)s = 0 THEN now() END, now() - n * interval '1 minute', 1
         FROM (SELECT *, digits::int - %(first)s AS n FROM numbering_number
                WHERE tenant_id = %(tenant)s AND kind = 'person') numbers""",
    """INSERT INTO departments_membership (tenant_id, person_id, department_id)
       SELECT p.tenant_id, p.id, d.id FROM people_person p
         JOIN departments_department d ON d.tenant_id = p.tenant_id AND d.serial = 2 + p.serial %% %(groups)s
        WHERE p.tenant_id = %(tenant)s""",
    """INSERT INTO lines_linerecipient (tenant_id, person_id, line_id)
       SELECT p.tenant_id, p.id, l.id FROM people_person p
         JOIN lines_line l ON l.tenant_id = p.tenant_id AND l.code = (101 + p.serial %% %(lines)s)::text
        WHERE p.tenant_id = %(tenant)s""",
    """INSERT INTO lines_linecaller (tenant_id, person_id, line_id)
       SELECT tenant_id, person_id, line_id FROM lines_linerecipient WHERE tenant_id = %(tenant)s""",
    # A device for everybody, but for some that nobody uses.
    """INSERT INTO devices_device (tenant_id, serial, unique_number, login, kind, server_id, person_id,
                                   ever_assigned, created_at, version)
       SELECT tenant_id, serial + 1, (1000000 + serial)::text, 'bench' || serial, 'sip_device', %(server)s,
              CASE WHEN serial %% %(spare)s > 0 THEN id END, true, now(), 1
         FROM people_person WHERE tenant_id = %(tenant)s""",
    """INSERT INTO audit_entry (tenant_id, at, actor_name, action, object_type, object_id, object_name, before,
                                after)
       SELECT tenant_id, created_at, 'システム', 'register', 'person', id, name, '{}', jsonb_build_object('name', name)
         FROM people_person WHERE tenant_id = %(tenant)s ORDER BY id""",
)
# As Kamailio would have written it; the portal's own role may not.
REGISTER = """
INSERT INTO edge.location (ruid, username, domain, contact, expires, user_agent)
SELECT %(domain)s || serial, login, %(domain)s, 'sip:' || login || '@127.0.0.1:5060',
       (now() AT TIME ZONE 'UTC') + interval '1 day', 'bench'
  FROM devices_device WHERE tenant_id = %(tenant)s AND person_id IS NOT NULL AND serial %% %(one_in)s = 0
"""


def _credentials(tenant: Tenant) -> None:
    """A password for every device, encrypted as any other."""
    devices = Device.objects.filter(tenant=tenant, credentials=None).values_list("pk", "login")
    made = []
    for pk, login in devices:
        password = secrets.generate_password()
        made.append(
            Credential(
                tenant=tenant,
                device_id=pk,
                version=1,
                secret=secrets.encrypt(password, tenant_id=tenant.pk, device_id=pk, version=1),
                ha1=secrets.ha1(login=login, domain=tenant.domain, password=password),
            )
        )
    Credential.objects.bulk_create(made, batch_size=5_000)
