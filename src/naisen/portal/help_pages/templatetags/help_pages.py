"""The two links to the help that every screen has (S1-07)."""

from typing import Any

from django import template

from naisen.portal.help_pages.chapters import BY_ROUTE

register = template.Library()


@register.inclusion_tag("help_pages/links.html", takes_context=True)
def help_links(context: dict[str, Any]) -> dict[str, Any]:
    """「この画面の操作方法」 and 「説明書PDF」 of the screen that is shown; nothing where there is no chapter."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    chapter = BY_ROUTE.get(match.url_name or "") if match else None
    return {"name": chapter.name if chapter else ""}
