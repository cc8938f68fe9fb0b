"""Templates and rejected rows (S1-50, S1-54, S1-70)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from naisen.portal.csv_files import downloads, queries
from naisen.portal.csv_files.models import Import
from naisen.portal.sign_in.access import tenant_to_change


@require_safe
def person_import_template(request: HttpRequest, ending: str) -> HttpResponse:
    """CSVテンプレートをダウンロード, for new people."""
    return send(downloads.template(tenant_to_change(request), Import.Kind.REGISTRATION, ending))


@require_safe
def bulk_edit_template(request: HttpRequest, ending: str) -> HttpResponse:
    """CSVテンプレートをダウンロード, with everybody's present data."""
    return send(downloads.template(tenant_to_change(request), Import.Kind.EDIT, ending))


@require_safe
def import_rejected(request: HttpRequest, pk: int) -> HttpResponse:
    """エラーの行をCSVでダウンロード."""
    found = downloads.rejected(queries.import_or_404(tenant_to_change(request), pk))
    if found is None:
        raise Http404
    return send(found)


def send(download: downloads.Download) -> HttpResponse:
    """As a file to save."""
    disposition = content_disposition_header(as_attachment=True, filename=download.name)
    return HttpResponse(
        download.content,
        content_type=download.content_type,
        headers={"Content-Disposition": disposition or "attachment"},
    )
