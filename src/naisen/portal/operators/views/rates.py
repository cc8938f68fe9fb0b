"""料金表: what calls to outside cost, for all tenants."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naisen.portal.calls.models import Rate
from naisen.portal.calls.rate_actions import delete_rate, edit_rate, register_rate, stamp_of
from naisen.portal.frame.confirmations import Confirmation, ask, go, is_confirmed, is_partial
from naisen.portal.frame.paging import page_context
from naisen.portal.operators.forms import Search
from naisen.portal.operators.rate_form import RateForm
from naisen.portal.operators.views.editing import Screen, edited, registered
from naisen.portal.sign_in.access import for_operators, login_of


@for_operators
@require_safe
def operator_rates(request: HttpRequest) -> HttpResponse:
    """The list; htmx gets the results alone."""
    search = Search(request.GET, placeholder=_("番号の始まり・料金名"))
    context = page_context(request, _rates(search.words())) | {"search": search}
    template = "operators/rate_results.html" if is_partial(request) else "operators/rates.html"
    return render(request, template, context)


@for_operators
@require_http_methods(["GET", "HEAD", "POST"])
def operator_rate_register(request: HttpRequest) -> HttpResponse:
    """The empty form, and storing what it says."""
    form = RateForm(request.POST or None)
    if registered(request, form, lambda: register_rate(by=login_of(request), data=form.rate_data())):
        return redirect("operator_rates")
    return _show(request, form)


@for_operators
@require_http_methods(["GET", "HEAD", "POST"])
def operator_rate_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The rate as stored, and storing the changes."""
    rate = get_object_or_404(Rate, pk=pk)
    form = RateForm(request.POST or None, rate=rate)
    if request.method != "POST" or not form.is_valid():
        return _show(request, form, rate)
    stamp, data = form.cleaned_data["stamp"], form.rate_data()
    wrong = edited(
        request,
        form,
        lambda: edit_rate(by=login_of(request), rate=rate, stamp=stamp, data=data),
        lambda: _renewed(request, rate),
    )
    return redirect("operator_rates") if wrong is None else _show(request, wrong, rate)


def _show(request: HttpRequest, form: RateForm, rate: Rate | None = None) -> HttpResponse:
    above = [(resolve_url("operator_rates"), _("料金表"))]
    screen = Screen(heading=_("料金登録"), above=above)
    if rate:
        screen = Screen(
            heading=_("料金編集"),
            above=above,
            state=_("この料金の状態"),
            deleting=_("この番号への電話は、より短く一致する料金になります。"),
            verb=_("この料金を削除する"),
            delete=resolve_url("operator_rate_delete", rate.pk),
        )
    return render(request, "operators/rate.html", {"form": form, "stored": rate, "screen": screen})


@for_operators
@require_POST
def operator_rate_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then delete."""
    rate = get_object_or_404(Rate, pk=pk)
    if not is_confirmed(request):
        return ask(request, _confirmation(rate))
    delete_rate(by=login_of(request), rate=rate)
    messages.success(request, _("料金「%(rate)s」を削除しました") % {"rate": rate})
    return go(request, "operator_rates")


def _rates(words: list[str]) -> QuerySet[Rate]:
    found = Rate.objects.order_by("prefix")
    for word in words:
        found = found.filter(Q(prefix__startswith=word) | Q(name__icontains=word))
    return found


def _renewed(request: HttpRequest, rate: Rate) -> RateForm:
    """The same input under the present stamp."""
    data = request.POST.copy()
    data["stamp"] = stamp_of(rate)
    return RateForm(data, rate=rate)


def _confirmation(rate: Rate) -> Confirmation:
    """What its numbers cost then."""
    return Confirmation(
        question=_("料金「%(rate)s」を削除します、よろしいですか") % {"rate": rate},
        lines=[
            _("この番号への電話は、より短く一致する料金になります。なければ無料になります。"),
            _("通話中の電話と、終わった電話の料金は変わりません。"),
        ],
        verb=_("削除する"),
        action=resolve_url("operator_rate_delete", rate.pk),
        back=resolve_url("operator_rate_edit", rate.pk),
        danger=True,
    )
