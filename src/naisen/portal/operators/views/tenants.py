"""サークル一覧 of the operator, one tenant with its lines, and its limits."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from naisen.portal.frame.confirmations import is_partial
from naisen.portal.frame.paging import page_context
from naisen.portal.lines.queries import lines, with_counts
from naisen.portal.operators import queries
from naisen.portal.operators.forms import Search
from naisen.portal.operators.limits_form import LimitsForm
from naisen.portal.refusals import StaleVersion
from naisen.portal.sign_in.access import for_operators, login_of
from naisen.portal.tenants.limits import edit_limits, limits_in_words


@for_operators
@require_safe
def operator_tenants(request: HttpRequest) -> HttpResponse:
    """The list; htmx gets the results alone."""
    search = Search(request.GET, placeholder=_("サークル名・番号・ドメイン・契約者名"))
    context = page_context(request, queries.tenants(search.words()))
    context |= {"search": search}
    template = "operators/tenant_results.html" if is_partial(request) else "operators/tenants.html"
    return render(request, template, context)


@for_operators
@require_safe
def operator_tenant(request: HttpRequest, pk: int) -> HttpResponse:
    """One tenant: its lines, and its limits in words."""
    circle = queries.tenant_or_404(pk)
    context = {
        "circle": circle,
        "lines": with_counts(lines(circle)).select_related("trunk"),
        "limits": limits_in_words(circle),
    }
    return render(request, "operators/tenant.html", context)


@for_operators
@require_http_methods(["GET", "HEAD", "POST"])
def operator_limits(request: HttpRequest, pk: int) -> HttpResponse:
    """The limits as stored, and storing the changes."""
    circle = queries.tenant_or_404(pk)
    form = LimitsForm(request.POST or None, tenant=circle)
    if request.method == "POST" and form.is_valid():
        try:
            edit_limits(by=login_of(request), tenant=circle, seen=form.seen_limits(), limits=form.limits())
        except StaleVersion as refusal:
            form = LimitsForm(form.renewed(), tenant=circle)
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("編集に成功しました"))
            return redirect("operator_tenant", circle.pk)
    return render(request, "operators/limits.html", {"form": form, "circle": circle})
