"""A tenant's line as the contract has it: registered, edited and deleted by the operator (S1-120, C-08)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from naisen.portal.frame.confirmations import Confirmation, Effect, ask, go_to, is_confirmed
from naisen.portal.lines.contract_actions import delete_line, edit_contract, register_line
from naisen.portal.lines.contract_effects import deleting, editing
from naisen.portal.lines.models import Line
from naisen.portal.operators import queries
from naisen.portal.operators.forms import ContractForm
from naisen.portal.operators.views.editing import Screen, edited, registered
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in.access import for_operators, login_of
from naisen.portal.tenants.models import Tenant


@for_operators
@require_http_methods(["GET", "HEAD", "POST"])
def operator_line_register(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a new line, and storing it."""
    circle = queries.tenant_or_404(pk)
    form = ContractForm(request.POST or None, tenant=circle)
    by = login_of(request)
    if registered(request, form, lambda: register_line(by=by, tenant=circle, contract=form.contract())):
        return redirect("operator_tenant", circle.pk)
    return show(request, circle, form)


@for_operators
@require_http_methods(["GET", "HEAD", "POST"])
def operator_line_edit(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """The line as stored; a change that people or callers notice is asked about first."""
    circle = queries.tenant_or_404(pk)
    stored = queries.line_or_404(circle, line)
    form = ContractForm(request.POST or None, tenant=circle, line=stored)
    if request.method != "POST" or not form.is_valid():
        return show(request, circle, form, stored)
    effects = editing(stored, form.contract())
    if effects and not is_confirmed(request):
        return ask_first(request, stored, form, effects)
    return save(request, circle, stored, form)


def ask_first(request: HttpRequest, line: Line, form: ContractForm, effects: list[Effect]) -> HttpResponse:
    """The confirmation, in a dialog where the form was sent by htmx."""
    address = resolve_url("operator_line_edit", line.tenant_id, line.pk)
    confirmation = Confirmation(
        question=_("回線「%(line)s」の変更を保存します、よろしいですか") % {"line": line},
        effects=effects,
        verb=_("保存"),
        action=address,
        back=address,
        fields=[(name, form.data.get(name, "")) for name in form.fields],
    )
    response = ask(request, confirmation)
    response.headers["HX-Reselect"] = "dialog"
    return response


def save(request: HttpRequest, circle: Tenant, line: Line, form: ContractForm) -> HttpResponse:
    """Carry out a valid form; a stale one comes back under the present version."""
    version, contract = form.cleaned_data["version"], form.contract()
    wrong = edited(
        request,
        form,
        lambda: edit_contract(by=login_of(request), line=line, version=version, contract=contract),
        lambda: renewed(request, circle, line),
    )
    if wrong is None:
        return go_to(request, resolve_url("operator_tenant", circle.pk))
    return show(request, circle, wrong, line)


def renewed(request: HttpRequest, circle: Tenant, line: Line) -> ContractForm:
    """The same input under the present version."""
    data = request.POST.copy()
    data["version"] = str(line.version)
    return ContractForm(data, tenant=circle, line=line)


@for_operators
@require_POST
def operator_line_delete(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Ask once, naming whom it affects; then delete."""
    circle = queries.tenant_or_404(pk)
    stored = queries.line_or_404(circle, line)
    if not is_confirmed(request):
        return ask(request, confirmation(circle, stored))
    try:
        version = int(request.POST.get("version", ""))
        delete_line(by=login_of(request), line=stored, version=version)
    except ValueError:
        messages.error(request, _("もう一度、画面を開いてから操作してください。"))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("回線「%(line)s」を削除しました") % {"line": stored})
    return go_to(request, resolve_url("operator_tenant", circle.pk))


def confirmation(circle: Tenant, line: Line) -> Confirmation:
    """What deleting does to whom."""
    return Confirmation(
        question=_("回線「%(line)s」を削除します、よろしいですか") % {"line": line},
        effects=deleting(line),
        lines=[_("この番号への電話は、どの端末でも鳴らなくなります。元に戻せません。")],
        verb=_("削除する"),
        action=resolve_url("operator_line_delete", circle.pk, line.pk),
        back=resolve_url("operator_line_edit", circle.pk, line.pk),
        danger=True,
        fields=[("version", str(line.version))],
    )


def show(request: HttpRequest, circle: Tenant, form: ContractForm, line: Line | None = None) -> HttpResponse:
    """The page with `form`; a new line's where there is no `line`."""
    above = [
        (resolve_url("operator_tenants"), _("サークル一覧")),
        (resolve_url("operator_tenant", circle.pk), circle.name),
    ]
    screen = Screen(heading=_("回線登録"), above=above)
    if line:
        screen = Screen(
            heading=_("回線編集"),
            above=above,
            state=_("この回線の状態"),
            deleting=_("この番号では、着信も発信もできなくなります。"),
            verb=_("この回線を削除する"),
            delete=resolve_url("operator_line_delete", circle.pk, line.pk),
            asks_first=True,
        )
    context = {"form": form, "circle": circle, "stored": line, "screen": screen}
    return render(request, "operators/line.html", context)
