"""Addresses of 回線情報一覧, 発着信設定 and 初期回線一括設定."""

from django.urls import path

from naisen.portal.lines.views import common, defaults, overview, settings

urlpatterns = [
    path("", overview.lines, name="lines"),
    path("defaults/", defaults.default_lines, name="default_lines"),
    path("<int:pk>/", settings.line_settings, name="line_settings"),
    path("<int:pk>/common/", common.line_make_common, name="line_make_common"),
    path("<int:pk>/candidates/<str:group>/", settings.line_candidates, name="line_candidates"),
    path("<int:pk>/defaults/", defaults.default_line_people, name="default_line_people"),
    path("<int:pk>/defaults/save/", defaults.default_line_save, name="default_line_save"),
]
