"""The start page, the menu, and pages that belong to no single model."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from requests_app.workbench.pages import page_of
from requests_app.workflow.drafts.pages import forget

from . import (
    confirm_identity,
    coverage,
    data_protection,
    desk,
    devices,
    diary,
    first_links,
    go_live,
    guides,
    hand_over,
    managed_cases,
    months,
    notices,
    over_all,
    overview,
    own_log,
    packages,
    presets,
    processing_papers,
    public_register,
    publications,
    readiness,
    recertification,
    registers_csv,
    retention,
    right_now,
    role_plan,
    search,
    several_reviews,
    sovereignty,
    staffing,
    stop_by_number,
    take_turn,
    waiting_roles,
)


def urls(site: Any) -> list[URLPattern]:
    page = page_of(site)
    return [
        path("help/", page(guides.guides), name="guides"),
        path("help/<slug:name>/", page(guides.guide), name="guide"),
        path("search/", page(search.text_search), name="search"),
        path("drafts/forget/", page(forget), name="forget_draft"),
        path(
            "confirm-identity/",
            page(confirm_identity.confirm_identity),
            name="confirm_identity",
        ),
        path("next/", page(desk.next_case), name="next"),
        path("waiting/", page(desk.waiting), name="waiting"),
        path("stay/", page(desk.stay), name="stay"),
        path("keys/", page(desk.keys), name="keys"),
        path("notices/", page(notices.notices), name="notices"),
        path(
            "recertification/",
            page(recertification.recertification),
            name="recertification",
        ),
        path("devices/", page(devices.devices), name="devices"),
        path("first-links/", page(first_links.first_links), name="first_links"),
        path("my-log/", page(own_log.my_log), name="own_log"),
        path(
            "turn/<slug:kind>/<int:pk>/<slug:act>/",
            page(take_turn.take_turn_page),
            name="take_turn",
        ),
        path("stop/", page(stop_by_number.stop_by_number), name="stop"),
        path("several/<slug:step>/", page(several_reviews.together), name="several"),
        *_of_managers(page),
        path("go-live/<int:authority_id>/", page(go_live.go_live), name="go_live"),
        _of_officer(page),
        path("products/", page(presets.product_presets), name="product_presets"),
        *packages.urls(page),
        *publications.urls(page),
        *processing_papers.urls(page),
        *diary.urls(page),
        *public_register.urls(page),
        path("readiness/", page(readiness.readiness), name="readiness"),
        *retention.urls(page),
        path("coverage/", page(coverage.coverage), name="coverage"),
        *staffing.urls(page),
        path("tables/<slug:name>/", page(registers_csv.table_page), name="table"),
        path(
            "tables/<slug:name>/csv/",
            page(registers_csv.table_export),
            name="table_export",
        ),
    ]


def _of_managers(page: Callable[..., Any]) -> list[URLPattern]:
    return [
        path("right-now/", page(right_now.doors_now), name="right_now"),
        *over_all.urls(page),
        *sovereignty.urls(page),
        path("overview/", page(overview.overview), name="overview"),
        path("overview/months/", page(months.month_by_month), name="months"),
        path(
            "overview/cases/<slug:name>/",
            page(managed_cases.managed_cases),
            name="managed_cases",
        ),
        path(
            "role-plan/<int:authority_id>/<int:number>/",
            page(role_plan.role_plan),
            name="role_plan",
        ),
        path(
            "waiting-roles/<int:authority_id>/",
            page(waiting_roles.waiting_roles),
            name="waiting_roles",
        ),
        path("overview/<int:person_id>/", page(hand_over.hand_over), name="hand_over"),
    ]


def _of_officer(page: Callable[..., Any]) -> URLPattern:
    desk_page = page(data_protection.data_protection)
    return path("data-protection/", desk_page, name="data_protection")
