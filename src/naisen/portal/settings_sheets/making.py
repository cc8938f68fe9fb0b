"""What the worker does with an ordered output, and with those whose time is up."""

import os
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation

from naisen.portal.settings_sheets import outputs, queries
from naisen.portal.settings_sheets.models import FOLDER, SheetsFile
from naisen.portal.settings_sheets.outputs import Output


def make_file(file_id: int) -> None:
    """Write one ordered output into the data folder. Use within the scope of its tenant."""
    file = SheetsFile.objects.select_related("tenant").filter(pk=file_id).first()
    if file is None or file.state != SheetsFile.State.WORKING:
        return
    try:
        with translation.override(file.language):
            _write(file)
    except Exception:
        file.path.unlink(missing_ok=True)
        _note(file, state=SheetsFile.State.FAILED)
        raise
    _note(file, state=SheetsFile.State.READY, done=file.total)


def _write(file: SheetsFile) -> None:
    """The file is its owner's alone from the first byte on."""
    file.path.parent.mkdir(mode=0o700, exist_ok=True)
    file.path.unlink(missing_ok=True)
    sheets = queries.sheets_of(file.tenant, file.device_ids, now=timezone.now())
    with open(os.open(file.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        outputs.write(Output(file.output), sheets, out, report=lambda done: _note(file, done=done))


def _note(file: SheetsFile, **values: object) -> None:
    SheetsFile.objects.filter(pk=file.pk).update(reported_at=timezone.now(), **values)


def forget_expired() -> int:
    """Delete outputs whose time is up, rows and files; files that no row knows, too. Returns how many rows."""
    expired = SheetsFile.objects.filter(expires_at__lte=timezone.now())
    for file in expired:
        file.path.unlink(missing_ok=True)
    count, _by_model = expired.delete()
    known = set(SheetsFile.objects.values_list("token_hash", flat=True))
    folder: Path = settings.DATA / FOLDER
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in known:
            path.unlink(missing_ok=True)
    return count
