"""「機能番号」: what can be dialled besides numbers, on the screen and on paper."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naisen.portal.dialling.features import features
from naisen.portal.printing.typesetting import typeset
from naisen.portal.sign_in.access import tenant_to_read
from naisen.routing.japan import EMERGENCY

SHEET = Path(__file__).parent.parent / "feature_codes.typ"


@require_safe
def feature_codes(request: HttpRequest) -> HttpResponse:
    """The table of all codes."""
    tenant = tenant_to_read(request)
    context = {"features": features(tenant), "emergency": EMERGENCY, "countries": tenant.allowed_countries}
    return render(request, "dialling/feature_codes.html", context)


@require_safe
def feature_codes_pdf(request: HttpRequest) -> HttpResponse:
    """The same on one page, to hang beside the telephone."""
    tenant = tenant_to_read(request)
    data = {
        "lang": get_language() or "ja",
        "title": _("機能番号"),
        "tenant": tenant.name,
        "lead": _("電話機でダイヤルすると、次のことができます。"),
        "example": _("例"),
        "emergency": _("緊急通報 %(numbers)s は、いつでもそのままダイヤルできます。")
        % {"numbers": ", ".join(EMERGENCY)},
        "features": [
            {
                "shape": feature.shape,
                "name": feature.name,
                "words": feature.words,
                "example": feature.example,
                "effect": feature.effect,
            }
            for feature in features(tenant)
        ],
    }
    response = HttpResponse(typeset(SHEET, data), content_type="application/pdf")
    name = _("機能番号.pdf")
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    return response
