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
        path(
            "revision/",
            page(stream.stream, guide="revisor#3-vad-gjorde-nagon-forra-manaden"),
            name="audit",
        ),
        path(
            "revision/find/",
            page(find.find, guide="revisor#att-soka-pa-ett-varde"),
            name="audit_find",
        ),
        path(
            "revision/decisions/",
            page(
                decisions.decisions,
                guide="revisor#4-vilka-beslut-fattades-inom-tio-minuter-pa-natten",
            ),
            name="audit_decisions",
        ),
        path(
            "revision/roles/",
            page(
                roles.role_changes,
                guide="revisor#6-hur-andrades-roller-och-vem-godkande-det",
            ),
            name="audit_roles",
        ),
        path(
            "revision/reading/",
            page(habits.unusual_reading, guide="revisor#monster"),
            name="audit_reading",
        ),
        path(
            "revision/figures/",
            page(figures.figures, guide="revisor#monster"),
            name="audit_figures",
        ),
        path(
            "revision/patterns/",
            page(patterns.patterns, guide="revisor#monster"),
            name="audit_patterns",
        ),
        path(
            "revision/outside/",
            page(outside.outside, guide="revisor#8-vad-andrades-utanfor-systemet"),
            name="audit_outside",
        ),
        path(
            "revision/verdict/",
            page(
                verdict.verdict,
                guide="revisor#9-saknas-nagot-i-historiken-eller-handelseloggen",
            ),
            name="audit_verdict",
        ),
        path(
            "revision/audits/",
            page(saved.saved_audits, guide="revisor#en-granskning-med-stickprov"),
            name="audit_saved",
        ),
        path(
            "revision/audits/draw/",
            page(audit_forms.draw, guide="revisor#en-granskning-med-stickprov"),
            name="audit_draw",
        ),
        path(
            "revision/audits/<int:key>/",
            page(saved.saved_audit, guide="revisor#en-granskning-med-stickprov"),
            name="audit_one",
        ),
        path(
            "revision/audits/<int:key>/end/",
            page(audit_forms.end, guide="revisor#en-granskning-med-stickprov"),
            name="audit_end",
        ),
        path(
            "revision/audits/<int:key>/case/<int:review>/",
            page(audit_forms.checklist, guide="revisor#en-granskning-med-stickprov"),
            name="audit_checklist",
        ),
        path(
            "revision/audits/<int:key>/report/",
            page(saved.saved_report, guide="revisor#en-granskning-med-stickprov"),
            name="audit_report",
        ),
        path(
            "revision/audits/<int:key>/population/",
            page(saved.population, guide="revisor#en-granskning-med-stickprov"),
            name="audit_population",
        ),
        path(
            "revision/person/<int:person_id>/",
            page(person.person_trail, guide="revisor#3-vad-gjorde-nagon-forra-manaden"),
            name="audit_person",
        ),
        path(
            "revision/case/<path:number>/readers/",
            page(
                case.case_readers,
                guide="revisor#2-vem-hade-last-arendet-fore-och-med-vilken-ratt",
            ),
            name="audit_readers",
        ),
        path(
            "revision/case/<path:number>/sight/",
            page(sight.case_sight, guide="revisor#5-vem-kunde-se-arendet-en-viss-dag"),
            name="audit_sight",
        ),
        path(
            "revision/case/<path:number>/",
            page(
                case.case_story,
                guide="revisor#1-vem-andrade-utgangen-nar-fran-vad-till-vad",
            ),
            name="audit_case",
        ),
    ]
