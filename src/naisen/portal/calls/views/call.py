"""One call: what it was, and what routing decided on its way."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naisen.portal.calls import queries
from naisen.portal.calls.ladder import ids_in, ladder_of
from naisen.portal.calls.models import CallRecord
from naisen.portal.calls.naming import book_of_one, line_names, names_of
from naisen.portal.calls.rows import Row, rows_of
from naisen.portal.frame.templatetags.frame import moment
from naisen.portal.sign_in.access import tenant_to_read
from naisen.portal.tenants.models import Tenant


@require_safe
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """The call's facts and its ladder."""
    tenant = tenant_to_read(request)
    chosen = queries.call_or_404(tenant, pk)
    named = ids_in(chosen)
    book = book_of_one(tenant, named, line_names(tenant))
    (row,) = rows_of([chosen], book)
    context = {
        "row": row,
        "facts": facts(tenant, chosen, row),
        "stages": ladder_of(chosen, book, names_of(tenant, named, book)),
    }
    return render(request, "calls/call.html", context)


def facts(tenant: Tenant, chosen: CallRecord, row: Row) -> list[tuple[str, str]]:
    """Label and value; what there is nothing to say about is left out."""
    zone = tenant.time_zone
    pairs = [
        (_("開始日時"), moment(chosen.started_at, zone)),
        (_("応答日時"), moment(chosen.answered_at, zone)),
        (_("終了日時"), moment(chosen.ended_at, zone)),
        (_("呼出時間"), row.rang),
        (_("通話時間"), row.talked),
        (_("応答した端末"), row.answered_by),
        (_("回線"), row.line),
        (_("相手に見せた番号"), chosen.shown_number),
        (_("国"), chosen.country),
        (_("通話料"), row.charge),
        (_("応答コード"), str(chosen.sip_code)),
        (_("Call-ID"), chosen.call_id),
    ]
    return [(label, value) for label, value in pairs if value]
