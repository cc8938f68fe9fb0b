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
from naisen.portal.refusals import Refusal, StaleVersion
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
    if request.method == "POST" and form.is_valid():
        try:
            register_rate(by=login_of(request), data=form.rate_data())
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("登録に成功しました"))
            return redirect("operator_rates")
    return render(request, "operators/rate.html", {"form": form})


@for_operators
@require_http_methods(["GET", "HEAD", "POST"])
def operator_rate_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The rate as stored, and storing the changes."""
    rate = get_object_or_404(Rate, pk=pk)
    form = RateForm(request.POST or None, rate=rate)
    if request.method == "POST" and form.is_valid():
        try:
            edit_rate(
                by=login_of(request), rate=rate, stamp=form.cleaned_data["stamp"], data=form.rate_data()
            )
        except StaleVersion as refusal:
            form = _renewed(request, rate)
            form.add_error(None, refusal.message)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("編集に成功しました"))
            return redirect("operator_rates")
    return render(request, "operators/rate.html", {"form": form, "rate": rate})


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
