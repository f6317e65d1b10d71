"""The auditor's workbench, one page a module: it reads, and changes nothing."""

from typing import Any

from django.urls import URLPattern, path

from requests_app.workbench.pages import page_of

from . import (
    audit_forms,
    case,
    decisions,
    figures,
    find,
    habits,
    outside,
    patterns,
    person,
    roles,
    saved,
    sight,
    stream,
    verdict,
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
        path("revision/patterns/", page(patterns.patterns), name="audit_patterns"),
        path("revision/outside/", page(outside.outside), name="audit_outside"),
        path("revision/verdict/", page(verdict.verdict), name="audit_verdict"),
        path("revision/audits/", page(saved.saved_audits), name="audit_saved"),
        path("revision/audits/draw/", page(audit_forms.draw), name="audit_draw"),
        path("revision/audits/<int:key>/", page(saved.saved_audit), name="audit_one"),
        path("revision/audits/<int:key>/end/", page(audit_forms.end), name="audit_end"),
        path(
            "revision/audits/<int:key>/case/<int:review>/",
            page(audit_forms.checklist),
            name="audit_checklist",
        ),
        path(
            "revision/audits/<int:key>/report/",
            page(saved.saved_report),
            name="audit_report",
        ),
        path(
            "revision/audits/<int:key>/population/",
            page(saved.population),
            name="audit_population",
        ),
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
