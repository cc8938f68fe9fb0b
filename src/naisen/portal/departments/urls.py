"""Addresses of 所属マスタ."""

from django.urls import path

from naisen.portal.departments.views import candidates, delete, edit, master

urlpatterns = [
    path("", master.departments, name="departments"),
    path("candidates/", candidates.department_candidates, name="department_candidates"),
    path("delete/", delete.departments_delete, name="departments_delete"),
    path("<int:pk>/", edit.department_edit, name="department_edit"),
    path(
        "<int:pk>/candidates/", candidates.department_member_candidates, name="department_member_candidates"
    ),
]
