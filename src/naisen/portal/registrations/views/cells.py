"""`/registrations/cells/`: the status cells of a page that have changed since it was shown."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from naisen.portal.devices import queries
from naisen.portal.registrations.cells import cells_of
from naisen.portal.sign_in.access import tenant_to_read

MOST = 200  # cells a request
SHOWN = re.compile(r"([0-9]{1,18})\.([0-9a-f]{8})")


@require_safe
def registration_cells(request: HttpRequest) -> HttpResponse:
    """`cells` is `ID.DIGEST,ID.DIGEST`: what the page shows. Answers only those that look different now."""
    tenant = tenant_to_read(request)
    shown = parse(request.GET.get("cells", ""))
    found = cells_of(tenant, queries.devices(tenant).filter(pk__in=shown))
    changed = [cell for cell in found.values() if cell.digest != shown[cell.device_id]]
    return render(request, "registrations/cells.html", {"rows": changed})


def parse(text: str) -> dict[int, str]:
    """Device id → digest; what is not of that shape is left out."""
    found = (SHOWN.fullmatch(part) for part in text.split(",")[:MOST])
    return {int(cell[1]): cell[2] for cell in found if cell}
