"""`/registrations/stream/`: which devices' states have changed, as server-sent events."""

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from naisen.portal.registrations import live
from naisen.portal.sign_in.access import managed_tenant_id


@require_safe
async def registration_stream(request: HttpRequest) -> StreamingHttpResponse:
    """Never more than the ids of devices in the tenant of the login that asks."""
    tenant_id = managed_tenant_id(await request.auser())
    return StreamingHttpResponse(
        live.events(tenant_id),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
