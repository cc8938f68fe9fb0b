"""The feature codes (naisen.routing.features) with what they do, and an example of the tenant's own data."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from naisen.portal.departments.models import Department
from naisen.portal.lines.models import Line
from naisen.portal.people.models import Person
from naisen.portal.tenants.models import Tenant
from naisen.routing.features import FEATURE_CODES

# A number that is given to nobody (0AB-J of Tokyo), to be dialled in examples.
EXAMPLE_NUMBER = "0312345678"


@dataclass(frozen=True)
class Feature:
    """One code: how it is dialled, its name, what it does; what to dial as an example, and what happens then."""

    code: str
    shape: str
    name: str
    words: str
    example: str
    effect: str


def features(tenant: Tenant) -> list[Feature]:
    """Every code that routing knows, in the order of its table."""
    makers = {
        "pickup_department": _pickup_department,
        "pickup_extension": _pickup_extension,
        "choose_line": _choose_line,
        "hide_number": _hide_number,
        "show_number": _show_number,
    }
    return [makers[key](tenant, code) for key, code in FEATURE_CODES.items()]


def _pickup_department(tenant: Tenant, code: str) -> Feature:
    department = Department.objects.filter(tenant=tenant).order_by("number__digits").first()
    name = _("所属「%(name)s」") % {"name": department.name} if department else _("自分の所属")
    return Feature(
        code=code,
        shape=code,
        name=_("所属の電話に出る"),
        words=_("ピックアップ対象所属で鳴っている電話に、自分の端末で代わりに出ます。"),
        example=code,
        effect=_("%(department)sの呼び出しに出る") % {"department": name},
    )


def _pickup_extension(tenant: Tenant, code: str) -> Feature:
    person = Person.objects.filter(tenant=tenant, stopped_at__isnull=True).order_by("extension", "id").first()
    digits, name = (person.extension, person.name) if person else ("1000", _("その人"))
    return Feature(
        code=code,
        shape=_("%(code)s + 内線番号") % {"code": code},
        name=_("ほかの人の電話に出る"),
        words=_("その内線番号で鳴っている電話に、自分の端末で代わりに出ます。"),
        example=f"{code}{digits}",
        effect=_("%(name)sさんの電話に出る") % {"name": name},
    )


def _choose_line(tenant: Tenant, code: str) -> Feature:
    line = Line.objects.filter(tenant=tenant).order_by("code").first()
    line_code, name = (line.code, str(line)) if line else ("001", _("その回線"))
    return Feature(
        code=code,
        shape=_("%(code)s + 識別番号 + 相手の番号") % {"code": code},
        name=_("回線を選んでかける"),
        words=_("初期回線の代わりに、選んだ回線で外にかけます。その回線が発信回線に必要です。"),
        example=f"{code}{line_code}{EXAMPLE_NUMBER}",
        effect=_("回線「%(line)s」で %(number)s にかける") % {"line": name, "number": EXAMPLE_NUMBER},
    )


def _hide_number(tenant: Tenant, code: str) -> Feature:
    return Feature(
        code=code,
        shape=_("%(code)s + 相手の番号") % {"code": code},
        name=_("番号を通知しない"),
        words=_("その通話だけ、相手に番号を見せません。"),
        example=f"{code}{EXAMPLE_NUMBER}",
        effect=_("番号を見せずに %(number)s にかける") % {"number": EXAMPLE_NUMBER},
    )


def _show_number(tenant: Tenant, code: str) -> Feature:
    line = tenant.common_line
    shown = line.number if line else _("回線の番号")
    return Feature(
        code=code,
        shape=_("%(code)s + 相手の番号") % {"code": code},
        name=_("番号を通知する"),
        words=_("端末が非通知の設定でも、その通話だけ相手に番号を見せます。"),
        example=f"{code}{EXAMPLE_NUMBER}",
        effect=_("%(shown)s を見せて %(number)s にかける") % {"shown": shown, "number": EXAMPLE_NUMBER},
    )
