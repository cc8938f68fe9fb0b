"""Every write to imports: confirm, cancel, take back."""

from django.db import transaction
from django.utils.translation import gettext as _

from naisen.portal.csv_files import resume
from naisen.portal.csv_files.models import Import, ImportRow
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in.models import Login

OPEN = (Import.State.PREVIEWED, Import.State.FAILED)


@transaction.atomic
def confirm(*, by: Login, file: Import, without_errors: bool) -> Import:
    """確定: hand the file to the worker (S1-54, S1-56).

    Raises Refusal when it was confirmed already, when nothing would change, or when it has errors and the
    clerk has not ticked 「エラーの行を除く」.
    """
    file = _locked(file)
    if file.state not in OPEN:
        raise Refusal(_("この取り込みは、すでに確定されています。"))
    if file.errors and not without_errors:
        raise Refusal(
            _("エラーの行があります。ファイルを直して読み込み直すか、「エラーの行を除く」を選んでください。")
        )
    if not file.changing:
        raise Refusal(_("変わる行がありません。"))
    return _order(file, by, Import.State.COMMITTING)


@transaction.atomic
def cancel(*, file: Import) -> None:
    """取消: forget a preview; raises Refusal when it was confirmed already."""
    file = _locked(file)
    if file.state not in OPEN:
        raise Refusal(_("この取り込みは、すでに確定されています。"))
    ImportRow.objects.filter(file=file).delete()
    file.delete()


@transaction.atomic
def take_back(*, by: Login, file: Import) -> Import:
    """この取り込みを取り消す: hand it to the worker (S1-76); raises Refusal when it is not in force."""
    file = _locked(file)
    if file.state != Import.State.COMMITTED:
        raise Refusal(_("この取り込みは、いま取り消せません。画面を開き直してください。"))
    return _order(file, by, Import.State.TAKING_BACK)


def _order(file: Import, by: Login, state: Import.State) -> Import:
    file.state, file.asked_by, file.message, file.done = state, by, "", 0
    file.total = file.changing
    file.save(update_fields=["state", "asked_by", "message", "done", "total"])
    resume.start(file)
    return file


def _locked(file: Import) -> Import:
    return Import.objects.select_for_update(of=("self",)).get(pk=file.pk, tenant_id=file.tenant_id)
