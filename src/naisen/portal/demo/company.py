"""The demo's data (requirements, «The demo's data»): the company of the manuals, and a second one."""

from dataclasses import dataclass, field

from naisen.portal.devices.models import Device


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """A person of the demo with how many devices."""

    name: str
    kana: str
    extension: str
    department: bool = False
    own_line: bool = False
    has_phone: bool = True


@dataclass(frozen=True, kw_only=True)
class DemoCompany:
    """A customer with one circle."""

    customer_number: str
    customer_name: str
    circle_number: str
    tenant_name: str
    domain: str
    login_prefix: str
    administrator: str
    administrator_id: str
    line_name: str
    line_number: str
    department: str
    department_number: str
    people: tuple[DemoPerson, ...]
    spare_devices: int
    has_multicast: bool = False
    kinds: tuple[Device.Kind, ...] = field(default=(Device.Kind.SIP_DEVICE,))
    reader: str = ""
    reader_id: str = ""


KMY = DemoCompany(
    customer_number="C-10021",
    customer_name="株式会社テスト",
    circle_number="1002100001",
    tenant_name="株式会社テスト",
    domain="kmy.cplus01.jp",
    login_prefix="kmy",
    administrator="伊藤 彩",
    administrator_id="kmy-admin",
    reader="小林 恵子",
    reader_id="kmy-reader",
    line_name="株式会社テスト",
    line_number="0500000000",
    department="営業部",
    department_number="100",
    people=(
        DemoPerson(name="田中", kana="タナカ", extension="1000", department=True, own_line=True),
        DemoPerson(name="鈴木", kana="スズキ", extension="2000", department=True),
        DemoPerson(name="佐藤", kana="サトウ", extension="3000"),
    ),
    spare_devices=4,
    has_multicast=True,
    kinds=(
        Device.Kind.SIP_DEVICE,
        Device.Kind.SMARTPHONE,
        Device.Kind.SIP_DEVICE,
        Device.Kind.SOFTPHONE,
        Device.Kind.SIP_DEVICE,
    ),
)

MINATO = DemoCompany(
    customer_number="C-10034",
    customer_name="みなと物流株式会社",
    circle_number="1003400001",
    tenant_name="みなと物流株式会社",
    domain="minato.cplus01.jp",
    login_prefix="minato",
    administrator="高橋 大輔",
    administrator_id="minato-admin",
    line_name="代表番号",
    line_number="0500000001",
    department="配車",
    department_number="500",
    # The same extension as 田中's: numbers belong to a circle.
    people=(
        DemoPerson(name="渡辺", kana="ワタナベ", extension="1000", department=True),
        DemoPerson(name="中村", kana="ナカムラ", extension="1001"),
    ),
    spare_devices=1,
)

COMPANIES = (KMY, MINATO)

# Who runs the platform: login id and name.
OPERATOR = ("operator", "運用 担当")

# Devices that a built-in phone registers with, so that a visitor sees green at once.
DEMO_PHONES = ("kmy00001", "kmy00002")
SERVER = "cplus01.jp"
