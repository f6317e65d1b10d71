"""The start page, the menu, and pages that belong to no single model."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from lockbox_site.pages import desk, overview, record, registers, staffing
from requests_app.core.drafts import forget
from requests_app.core.pages.steps import page_of


def urls(site: Any) -> list[URLPattern]:
    page = page_of(site)
    return [
        path("help/", page(desk.guides), name="guides"),
        path("help/<slug:name>/", page(desk.guide), name="guide"),
        path("search/", page(desk.text_search), name="search"),
        path("drafts/forget/", page(forget), name="forget_draft"),
        path(
            "confirm-identity/",
            page(staffing.confirm_identity),
            name="confirm_identity",
        ),
        path("next/", page(desk.next_case), name="next"),
        path("waiting/", page(desk.waiting), name="waiting"),
        path("stay/", page(desk.stay), name="stay"),
        path("keys/", page(desk.keys), name="keys"),
        path("notices/", page(staffing.notices), name="notices"),
        path(
            "recertification/",
            page(staffing.recertification),
            name="recertification",
        ),
        path("devices/", page(staffing.devices), name="devices"),
        path("first-links/", page(staffing.first_links), name="first_links"),
        path("my-log/", page(record.my_log), name="own_log"),
        path(
            "turn/<slug:kind>/<int:pk>/<slug:act>/",
            page(desk.take_turn_page),
            name="take_turn",
        ),
        path("stop/", page(desk.stop_by_number), name="stop"),
        path("several/<slug:step>/", page(desk.together), name="several"),
        *_of_managers(page),
        path("go-live/<int:authority_id>/", page(registers.go_live), name="go_live"),
        _of_officer(page),
        path("products/", page(registers.product_presets), name="product_presets"),
        *registers.packages_urls(page),
        *record.publications_urls(page),
        *record.processing_papers_urls(page),
        *record.diary_urls(page),
        *record.public_register_urls(page),
        path("readiness/", page(registers.readiness), name="readiness"),
        *record.retention_urls(page),
        path("coverage/", page(overview.coverage), name="coverage"),
        *staffing.staffing_urls(page),
        path("tables/<slug:name>/", page(registers.table_page), name="table"),
        path(
            "tables/<slug:name>/csv/",
            page(registers.table_export),
            name="table_export",
        ),
    ]


def _of_managers(page: Callable[..., Any]) -> list[URLPattern]:
    return [
        path("right-now/", page(overview.doors_now), name="right_now"),
        *overview.over_all_urls(page),
        *overview.sovereignty_urls(page),
        path("overview/", page(overview.overview), name="overview"),
        path("overview/months/", page(overview.month_by_month), name="months"),
        path(
            "overview/cases/<slug:name>/",
            page(overview.managed_cases),
            name="managed_cases",
        ),
        path(
            "role-plan/<int:authority_id>/<int:number>/",
            page(staffing.role_plan),
            name="role_plan",
        ),
        path(
            "waiting-roles/<int:authority_id>/",
            page(staffing.waiting_roles),
            name="waiting_roles",
        ),
        path("overview/<int:person_id>/", page(overview.hand_over), name="hand_over"),
    ]


def _of_officer(page: Callable[..., Any]) -> URLPattern:
    desk_page = page(record.data_protection)
    return path("data-protection/", desk_page, name="data_protection")
