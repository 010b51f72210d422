"""Every address that the public reaches."""

from django.urls import path, re_path

from havre.entrypoints.public import api, challenge, follow, pages, protect, record, report, sheet

LANGUAGE = r"^(en|fr|nl)/"

urlpatterns = [
    path("", pages.first, name="first"),
    re_path(LANGUAGE + "$", pages.start, name="start"),
    re_path(LANGUAGE + "danger$", pages.danger, name="danger"),
    re_path(LANGUAGE + "report$", report.report, name="report"),
    re_path(LANGUAGE + "report/now$", report.report, {"danger": True}, name="report now"),
    re_path(LANGUAGE + "follow$", follow.followed, name="follow"),
    re_path(LANGUAGE + "challenge$", challenge.challenge, name="challenge"),
    re_path(LANGUAGE + "record$", record.record, name="record"),
    re_path(LANGUAGE + "protect$", protect.protect, name="protect"),
    re_path(LANGUAGE + "protect/choose$", protect.choose, name="choose"),
    re_path(LANGUAGE + "guide$", protect.guide, name="guide"),
    re_path(LANGUAGE + "guide/clean$", protect.clean, name="clean"),
    re_path(LANGUAGE + "about$", pages.about, name="about"),
    path("api/reports", api.reports, name="api"),
    path("static/<str:name>", sheet.sheet, name="sheet"),
]
