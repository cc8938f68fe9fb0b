"""設定書PDF of one device (S1-108)."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from naisen.portal.devices.queries import device_or_404
from naisen.portal.settings_sheets.actions import hand_out_sheet
from naisen.portal.settings_sheets.document import pdf_of
from naisen.portal.settings_sheets.words import sheet_words
from naisen.portal.sign_in.access import login_of, tenant_to_change


@require_GET
def settings_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet as PDF, for administrators only: whoever has the password can be the phone."""
    device = device_or_404(tenant_to_change(request), pk)
    sheet = hand_out_sheet(by=login_of(request), device=device)
    response = HttpResponse(pdf_of([sheet], sheet_words()), content_type="application/pdf")
    response["Cache-Control"] = "no-store, private"
    # RFC 6266: a Japanese name in filename*, which every browser of today reads.
    name = _("設定書-%(code)s.pdf") % {"code": sheet.code}
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    return response
