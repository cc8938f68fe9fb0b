"""トランク一覧, its forms, and deleting a trunk (C-08)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naisen.portal.frame.confirmations import Confirmation, ask, go, is_confirmed, is_partial
from naisen.portal.frame.paging import page_context
from naisen.portal.lines.models import Trunk
from naisen.portal.lines.trunk_actions import delete_trunk, edit_trunk, refuse_used, register_trunk, stamp_of
from naisen.portal.operators import queries
from naisen.portal.operators.forms import Search, TrunkForm
from naisen.portal.operators.views.editing import Screen, edited, registered
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in.access import for_operators, login_of


@for_operators
@require_safe
def operator_trunks(request: HttpRequest) -> HttpResponse:
    """The list; htmx gets the results alone."""
    search = Search(request.GET, placeholder=_("トランク名・ホスト・回線番号"))
    context = page_context(request, queries.trunks(search.words()))
    states = queries.states_of(context["page"])
    context |= {"search": search, "rows": [(trunk, states.get(trunk.pk)) for trunk in context["page"]]}
    template = "operators/trunk_results.html" if is_partial(request) else "operators/trunks.html"
    return render(request, template, context)


@for_operators
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def operator_trunk_register(request: HttpRequest) -> HttpResponse:
    """The empty form, and storing what it says."""
    form = TrunkForm(request.POST or None)
    if registered(request, form, lambda: register_trunk(by=login_of(request), data=form.trunk_data())):
        return redirect("operator_trunks")
    return show(request, form)


@for_operators
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def operator_trunk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The trunk as stored, and storing the changes."""
    trunk = queries.trunk_or_404(pk)
    form = TrunkForm(request.POST or None, trunk=trunk)
    if request.method != "POST" or not form.is_valid():
        return show(request, form, trunk)
    stamp, data = form.cleaned_data["stamp"], form.trunk_data()
    wrong = edited(
        request,
        form,
        lambda: edit_trunk(by=login_of(request), trunk=trunk, stamp=stamp, data=data),
        lambda: renewed(request, trunk),
    )
    return redirect("operator_trunks") if wrong is None else show(request, wrong, trunk)


def show(request: HttpRequest, form: TrunkForm, trunk: Trunk | None = None) -> HttpResponse:
    """The page with `form`; a new trunk's where there is no `trunk`."""
    above = [(resolve_url("operator_trunks"), _("トランク一覧"))]
    if trunk is None:
        screen = Screen(heading=_("トランク登録"), above=above)
        return render(request, "operators/trunk.html", {"form": form, "screen": screen})
    screen = Screen(
        heading=_("トランク編集"),
        above=above,
        state=_("このトランクの状態"),
        deleting=_("このトランクを使う回線がないときに削除できます。"),
        verb=_("このトランクを削除する"),
        delete=resolve_url("operator_trunk_delete", trunk.pk),
    )
    context = {
        "form": form,
        "stored": trunk,
        "screen": screen,
        "state": queries.states_of([trunk]).get(trunk.pk),
        "lines": queries.lines_of_trunk(trunk),
    }
    return render(request, "operators/trunk.html", context)


def renewed(request: HttpRequest, trunk: Trunk) -> TrunkForm:
    """The same input under the present stamp."""
    data = request.POST.copy()
    data["stamp"] = stamp_of(trunk)
    return TrunkForm(data, trunk=trunk)


@for_operators
@require_POST
def operator_trunk_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then delete; refused while lines go over the trunk."""
    trunk = queries.trunk_or_404(pk)
    try:
        refuse_used(trunk)
        if not is_confirmed(request):
            return ask(request, confirmation(trunk))
        delete_trunk(by=login_of(request), trunk=trunk)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("トランク「%(trunk)s」を削除しました") % {"trunk": trunk})
    return go(request, "operator_trunks")


def confirmation(trunk: Trunk) -> Confirmation:
    """What goes with the trunk."""
    return Confirmation(
        question=_("トランク「%(trunk)s」を削除します、よろしいですか") % {"trunk": trunk},
        lines=[
            _("このトランクを使う回線はありません。"),
            _("通信事業者への登録は終わり、このトランクの発信元アドレスからの電話は受けなくなります。"),
            _("パスワードは消え、元に戻せません。"),
        ],
        verb=_("削除する"),
        action=resolve_url("operator_trunk_delete", trunk.pk),
        back=resolve_url("operator_trunk_edit", trunk.pk),
        danger=True,
    )
