"""Files that are sent while they are made."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header


def streamed_csv(request: HttpRequest, pieces: Iterator[bytes], name: str) -> StreamingHttpResponse:
    """A CSV file called `name`, sent piece by piece; the pieces are made in the request's own thread.

    They run after the middleware has taken the scope away: whoever makes them sets it.
    """
    is_async = isinstance(request, ASGIRequest)
    response = StreamingHttpResponse(
        _later(pieces) if is_async else pieces, content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store, private"
    return response


async def _later(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """A server of the asynchronous kind would else wait for the whole of an ordinary iterator."""

    def step() -> bytes | None:
        return next(pieces, None)

    while (piece := await sync_to_async(step)()) is not None:
        yield piece
