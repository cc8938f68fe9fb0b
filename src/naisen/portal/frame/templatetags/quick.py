"""Django's `translate`, `blocktranslate` and `url`, which remember what is the same in every row of a list.

A list shows fifty rows, each with a dozen constant texts and some addresses: looking them up anew each time took
half of a page's time. Templates say `{% load i18n %}` as ever: settings.TEMPLATES puts these in Django's place.
"""

from functools import cache

from django.template import Library
from django.template.base import Parser, Token, TokenType, render_value_in_context
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as djangos_url
from django.templatetags import i18n
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.translation import get_language, gettext

register = Library()
register.tags |= i18n.register.tags
register.filters |= i18n.register.filters

# Stands for the number in an address; nothing else in one is like it.
PLACE = 7_000_000_000_000_007


class Constant(i18n.TranslateNode):
    """`{% translate "…" %}` of a constant: one text a language."""

    def __init__(self, node: i18n.TranslateNode) -> None:
        super().__init__(node.filter_expression, node.noop)
        self.texts: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """The text in the active language."""
        language = get_language()
        if language not in self.texts:
            self.texts[language] = super().render(context)
        return self.texts[language]


@register.tag("trans")
@register.tag("translate")
def translate(parser: Parser, token: Token) -> i18n.TranslateNode:
    """Django's, where there is something to resolve."""
    node = i18n.do_translate(parser, token)
    of = node.filter_expression
    is_constant = of.var.literal is not None and not of.filters
    return node if node.asvar or node.message_context or not is_constant else Constant(node)


class Sentence(i18n.BlockTranslateNode):
    """`{% blocktranslate with … %}` that names nothing else: one sentence a language, filled in each time."""

    def __init__(self, node: i18n.BlockTranslateNode) -> None:
        super().__init__(node.extra_context, node.singular, trimmed=node.trimmed)
        self.sentences: dict[str | None, str] = {}

    def render(self, context: Context, nested: bool = False) -> str:
        """The sentence in the active language."""
        language = get_language()
        if language not in self.sentences:
            self.sentences[language] = gettext(self.render_token_list(self.singular)[0])
        values = {
            name: render_value_in_context(of.resolve(context), context)
            for name, of in self.extra_context.items()
        }
        try:
            return self.sentences[language] % values
        except (KeyError, ValueError):  # Django's says how the translation is wrong
            return super().render(context, nested)


@register.tag("blocktrans")
@register.tag("blocktranslate")
def blocktranslate(parser: Parser, token: Token) -> i18n.BlockTranslateNode:
    """Django's, where there is a plural or something else to it."""
    node = i18n.do_block_translate(parser, token)
    names = {part.contents for part in node.singular if part.token_type == TokenType.VAR}
    is_plain = names <= node.extra_context.keys() and not (node.plural or node.asvar or node.message_context)
    return Sentence(node) if is_plain else node


class Address(URLNode):
    """`{% url "…" %}` of a route, or of a route and a number, which is put in its place."""

    def render(self, context: Context) -> str:
        """The address, or nothing where it is kept `as` a name."""
        route, *numbers = (of.resolve(context) for of in (self.view_name, *self.args))
        if any(type(number) is not int for number in numbers):
            return super().render(context)
        try:
            parts = parts_of(route, len(numbers), get_script_prefix())
        except NoReverseMatch:
            return super().render(context)
        address = "".join(map(str, numbers)).join(parts)
        if self.asvar:
            context[self.asvar] = address
            return ""
        return address


@cache
def parts_of(route: str, numbers: int, prefix: str) -> list[str]:
    """What stands around the number in the addresses of a route below a prefix; raises NoReverseMatch."""
    return reverse(route, args=[PLACE] * numbers).split(str(PLACE))


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    """Django's, where there are other arguments."""
    node = djangos_url(parser, token)
    is_plain = len(node.args) < 2 and not node.kwargs
    return Address(node.view_name, node.args, node.kwargs, node.asvar) if is_plain else node
