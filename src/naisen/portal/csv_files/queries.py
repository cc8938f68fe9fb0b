"""Every read of imports; each takes the tenant."""

from django.db.models import Q, QuerySet
from django.http import Http404

from naisen.portal.csv_files.models import Import, ImportRow
from naisen.portal.tenants.models import Tenant

# The filter tabs of a preview: which rows each shows.
SHOWS = {
    "changes": ~Q(kind=ImportRow.Kind.SAME),
    "errors": Q(kind=ImportRow.Kind.ERROR),
    "updates": Q(kind=ImportRow.Kind.UPDATE),
    "creates": Q(kind=ImportRow.Kind.CREATE),
    "unchanged": Q(kind=ImportRow.Kind.SAME),
}


def imports(tenant: Tenant) -> QuerySet[Import]:
    """The tenant's files, newest first, without the cells that are kept for some."""
    return Import.objects.filter(tenant=tenant).select_related("asked_by").defer("rejected").order_by("-pk")


def import_or_404(tenant: Tenant, pk: int) -> Import:
    """One file of the tenant; anything else, a stranger's file too, is Http404."""
    file = Import.objects.filter(tenant=tenant, pk=pk).select_related("asked_by").first()
    if file is None:
        raise Http404
    return file


def rows(file: Import, show: str) -> QuerySet[ImportRow]:
    """The rows of a file that the tab `show` shows."""
    return ImportRow.objects.filter(SHOWS.get(show, SHOWS["changes"]), file=file).order_by("row")
