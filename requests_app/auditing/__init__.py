"""The auditor's workbench, one page a module: it reads, and changes nothing."""

from typing import Any

from django.urls import URLPattern, path

from requests_app.workbench.own_pages import page_of

from . import (
    case,
    decisions,
    figures,
    find,
    habits,
    outside,
    person,
    roles,
    sight,
    stream,
)


def urls(site: Any) -> list[URLPattern]:
    page = page_of(site)
    return [
        path("revision/", page(stream.stream), name="audit"),
        path("revision/find/", page(find.find), name="audit_find"),
        path("revision/decisions/", page(decisions.decisions), name="audit_decisions"),
        path("revision/roles/", page(roles.role_changes), name="audit_roles"),
        path("revision/reading/", page(habits.unusual_reading), name="audit_reading"),
        path("revision/figures/", page(figures.figures), name="audit_figures"),
        path("revision/outside/", page(outside.outside), name="audit_outside"),
        path(
            "revision/person/<int:person_id>/",
            page(person.person_trail),
            name="audit_person",
        ),
        path(
            "revision/case/<path:number>/readers/",
            page(case.case_readers),
            name="audit_readers",
        ),
        path(
            "revision/case/<path:number>/sight/",
            page(sight.case_sight),
            name="audit_sight",
        ),
        path(
            "revision/case/<path:number>/",
            page(case.case_story),
            name="audit_case",
        ),
    ]
