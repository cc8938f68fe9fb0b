"""The quick tags of lists say what Django's own do, in each language and below any prefix."""

import pytest
from django.template import Context, Engine
from django.urls import NoReverseMatch, get_script_prefix, set_script_prefix
from django.utils.translation import override

THEIRS = Engine(libraries={"i18n": "django.templatetags.i18n"})
OURS = Engine(
    builtins=["naisen.portal.frame.templatetags.quick"],
    libraries={"i18n": "naisen.portal.frame.templatetags.quick"},
)
INVALID = "“{{ value }}” is not a valid value."
TEXTS = [
    '{% translate "January" %}',
    '{% translate "January" as month %}{{ month }}',
    '{% translate "May" context "abbrev. month" %}',
    "{% translate name %}",
    '{% translate "January"|upper %}',
    f"{{% blocktranslate with value=name %}}{INVALID}{{% endblocktranslate %}}",
    f"{{% blocktranslate with other=name %}}{INVALID}{{% endblocktranslate %}}",
    "{% blocktranslate with pk=name %}100% of {{ pk }}{% endblocktranslate %}",
    "{% blocktranslate count n=2 %}{{ n }} year{% plural %}{{ n }} years{% endblocktranslate %}",
    "{% url 'devices' %}",
    "{% url 'device' number %}",
    "{% url 'nowhere' number as there %}[{{ there }}]",
    "{% url 'device' pk=number %}",
    "{% url 'device' number as there %}<a href={{ there }}>",
    "{% url 'help_page' 'devices' %}",
]


def test_the_quick_tags_are_the_same_as_djangos() -> None:
    before = get_script_prefix()
    try:
        for text in TEXTS:
            ours, theirs = (engine.from_string("{% load i18n %}" + text) for engine in (OURS, THEIRS))
            for language, prefix in (("ja", "/"), ("en", "/pbx/"), ("ja", "/pbx/")):
                set_script_prefix(prefix)
                context = {"value": 5, "name": "<b>&'", "number": 1234}
                with override(language):
                    assert ours.render(Context(context)) == theirs.render(Context(context)), text
    finally:
        set_script_prefix(before)


def test_an_address_that_is_not_there_is_refused_as_by_django() -> None:
    for engine in (OURS, THEIRS):
        with pytest.raises(NoReverseMatch):
            engine.from_string("{% url 'nowhere' 5 %}").render(Context())
