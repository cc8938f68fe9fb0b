"""What the worker does with a confirmed file: all of it in one transaction, or nothing (S1-57, S1-76)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from naisen.portal.csv_files import stored, verify
from naisen.portal.csv_files.models import Import, ImportRow
from naisen.portal.csv_files.progress import Progress
from naisen.portal.csv_files.writing import Writer, note_rows
from naisen.portal.people.models import Person

# The first number of the advisory locks; the second is the file's id, or the tenant's.
FILE_LOCK, TENANT_LOCK = 7471, 7472
# Somebody else took a number in the same moment, or locked rows the other way round: look again.
TRIES = 3
CHANGING = (ImportRow.Kind.CREATE, ImportRow.Kind.UPDATE)


class Obstructed(Exception):
    """Rows cannot be carried out; nothing was written. `reasons` maps row numbers to why."""

    def __init__(self, reasons: verify.Reasons) -> None:
        super().__init__(f"{len(reasons)} rows")
        self.reasons = reasons


def work(file_id: int) -> None:
    """Carry out or take back one file, as its state says; a file that is in no such state is left alone.

    Use within the scope of the file's tenant. Killed at any point, nothing is half done: the transaction
    is gone, the state is still `committing` or `taking_back`, and resume.py starts it again.
    """
    file = Import.objects.select_related("tenant", "asked_by").filter(pk=file_id).first()
    if file is None or not file.is_working:
        return
    with translation.override((file.asked_by and file.asked_by.language) or "ja"):
        try:
            _try_several_times(file)
        except Obstructed as found:
            _give_back(file, found.reasons)
        except (IntegrityError, ValueError, LookupError, TypeError) as error:
            _fail(file)
            raise error


def _try_several_times(file: Import) -> None:
    for left in reversed(range(TRIES)):
        try:
            _carry_out(file)
        except (IntegrityError, OperationalError):
            if not left or connection.connection is None or connection.connection.closed:
                raise
        else:
            return


def _carry_out(file: Import) -> None:
    """Numbered as it happens: 1 lock, 2 read afresh, 3 check, 4 write, 5 note what was done."""
    with transaction.atomic(), _locked(file) as is_ours:
        state = Import.objects.values_list("state", flat=True).get(pk=file.pk)
        if not is_ours or state != file.state:
            return
        is_forward = state == Import.State.COMMITTING
        lines = list(ImportRow.objects.filter(file=file, kind__in=CHANGING))
        steps = verify.forward(lines) if is_forward else verify.backward(lines)
        people = _lock_people([step.person_id for step in steps if step.person_id], file)
        shelf = stored.shelf_of(file.tenant)
        reasons = verify.obstacles(file.tenant, steps, people, shelf)
        if reasons:
            raise Obstructed(reasons)
        with connection.cursor() as cursor:
            # Foreign keys are checked by plans that PostgreSQL makes once a session. Those of a table that was
            # small then read all of it for every row.
            cursor.execute("DISCARD PLANS")
            cursor.execute("SET LOCAL enable_seqscan = off")
        writer = Writer(by=file.asked_by, tenant=file.tenant, people=people, shelf=shelf)
        with Progress(tenant_id=file.tenant_id, file_id=file.pk) as progress:
            writer.write(steps, report=progress.report)
        note_rows(lines)
        with connection.cursor() as cursor:
            # Doubles show here, where they can still be answered, and not at the end of the transaction.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _end(file, Import.State.COMMITTED if is_forward else Import.State.TAKEN_BACK)


@contextmanager
def _locked(file: Import) -> Iterator[bool]:
    """Whether no other worker has this file; files of one tenant wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [FILE_LOCK, file.pk])
        (is_ours,) = cursor.fetchone()
        if is_ours:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TENANT_LOCK, file.tenant_id])
    yield bool(is_ours)


def _lock_people(ids: list[int], file: Import) -> dict[int, stored.Known]:
    """The people as they are now, locked in the order in which every other action locks them."""
    list(
        Person.objects.select_for_update(of=("self",))
        .filter(tenant=file.tenant, pk__any_of=ids)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return stored.people_by_id(file.tenant, ids)


def _end(file: Import, state: Import.State) -> None:
    Import.objects.filter(pk=file.pk).update(
        state=state,
        ended_at=timezone.now(),
        rejected=None if state == Import.State.TAKEN_BACK else file.rejected,
    )


@transaction.atomic
def _give_back(file: Import, reasons: verify.Reasons) -> None:
    """Show the clerk row by row why it could not be done; nothing was."""
    if file.state == Import.State.TAKING_BACK:
        _back_to(file, Import.State.COMMITTED, take_back_refused(reasons))
        return
    lines = list(ImportRow.objects.filter(file=file, row__any_of=list(reasons)))
    for line in lines:
        line.kind = ImportRow.Kind.ERROR
        line.change = {"problems": [["", "", reason] for reason in reasons[line.row]]}
    ImportRow.objects.bulk_update(lines, ["kind", "change"], batch_size=500)
    _count_again(file)
    _back_to(
        file,
        Import.State.PREVIEWED,
        _("確認のあとに、ほかの変更がありました。何も反映していません。エラーの行を見てください。"),
    )


def take_back_refused(reasons: verify.Reasons) -> str:
    """Why a file cannot be taken back, the first rows by name."""
    first = [
        _("%(row)s行目: %(reason)s") % {"row": row, "reason": " ".join(reasons[row])}
        for row in sorted(reasons)[:20]
    ]
    if len(reasons) > len(first):
        first.append(_("ほか%(count)s行") % {"count": len(reasons) - len(first)})
    return "\n".join([_("あとから変更された行があるため、取り消せません。何も変えていません。"), *first])


def _count_again(file: Import) -> None:
    rows = ImportRow.objects.filter(file=file)
    creates = rows.filter(kind=ImportRow.Kind.CREATE)
    Import.objects.filter(pk=file.pk).update(
        creates=creates.count(),
        updates=rows.filter(kind=ImportRow.Kind.UPDATE).count(),
        errors=rows.filter(kind=ImportRow.Kind.ERROR).count(),
        without_device=creates.exclude(change__has_key="device").count(),
    )


def _back_to(file: Import, state: Import.State, message: str) -> None:
    Import.objects.filter(pk=file.pk).update(state=state, message=message, done=0)


def _fail(file: Import) -> None:
    """An error of ours: say so, and that nothing was written."""
    state = Import.State.FAILED if file.state == Import.State.COMMITTING else Import.State.COMMITTED
    _back_to(
        file,
        state,
        _("処理の途中でエラーが起きました。何も変えていません。もう一度試すか、管理者に連絡してください。"),
    )
