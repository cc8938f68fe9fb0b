"""Addresses of ユーザ一覧 and what belongs to it."""

from django.urls import path

from naisen.portal.people.views import bulk, candidates, edit, lists

urlpatterns = [
    path("", lists.people, name="people"),
    path("register/", edit.person_register, name="person_register"),
    path("stopped/", lists.stopped_people, name="stopped_people"),
    path("suggestions/", candidates.person_suggestions, name="person_suggestions"),
    path("devices/", candidates.spare_devices, name="spare_devices"),
    path("<int:pk>/devices/", candidates.spare_devices, name="person_devices"),
    path("stop/", bulk.people_stop, name="people_stop"),
    path("resume/", bulk.people_resume, name="people_resume"),
    path("delete/", bulk.people_delete, name="people_delete"),
    path("<int:pk>/", edit.person_edit, name="person_edit"),
]
