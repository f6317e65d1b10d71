"""Every address that there is, and what the rule says of it for a role."""

from django.contrib import admin
from django.urls import reverse

from lockbox_site.pages import desk
from tests.helpers.matrix import (
    ADDED_AT,
    ADDED_BY,
    AUDIT,
    BY_WHO_RUNS,
    EVERY,
    KEPT_AT,
    LISTS,
    PAGES,
    PUBLISHED,
    REGISTERS,
    TABLES,
    TOGETHER,
    WORKPLACES,
)
from tests.helpers.matrix_of_rows import READ, SEEN
from tests.helpers.takers import STEPS

OPEN, SHUT, GONE = "open", "shut", "gone"
NO_HISTORY = {
    ("accessevent", "history"),
    ("arrival", "history"),
    ("consultation", "history"),
    ("disposaldate", "history"),
    ("disposedcase", "history"),
    ("listedreview", "history"),
    ("replayrun", "history"),
}
ARGUMENTS = {
    "choose_password": ["MQ", "none"],
    "scim": ["Users"],
    "wake_up": ["nobody"],
    "roster_calendar": ["none"],
    "take_turn": ["secrecyreview", 0, "review"],
    "guide": ["none"],
    "public_consistency": [1, 2],
    **dict.fromkeys(PUBLISHED, ["none"]),
    "published_register_month": ["none", "2026-01"],
}
PLACES = {"own": "GSN", "other": "SNC", "runs": "NIS"}
ADMINS = {model._meta.model_name: page for model, page in admin.site._registry.items()}


def patterns(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern, route)
        else:
            yield route, pattern


def at(model, page, *args):
    return reverse(f"admin:{ADMINS[model].opts.app_label}_{model}_{page}", args=args)


CALLS = ("api/",)


def case_pages(letter, relation, case):
    """(address, what is expected, is it to be posted to?) of everything in a case."""
    for model, obj in case.items():
        if model in ("answered", "given", "handed out"):
            continue
        seen = letter in SEEN[relation].get(model, "")
        for page in ("change", "history"):
            is_page = seen and (model, page) not in NO_HISTORY
            yield at(model, page, obj.pk), OPEN if is_page else GONE
        for step in STEPS[model] if seen else by_turns(STEPS[model], letter):
            takes = letter in STEPS[model][step].get(relation, "")
            wanted = GONE if not seen else OPEN if takes else SHUT
            yield at(model, "step", obj.pk, step), wanted
    for name, rule in READ.items():
        model = name.split("_")[2]
        if model in case:
            reads = letter in rule.get(relation, "")
            yield read_url(name, case), OPEN if reads else GONE


def by_turns(steps, letter):
    """Each role's share of the steps of a row that is not seen: one gate answers for all.

    Where nobody sees the row, all the roles together try each step.
    """
    return list(steps)[EVERY.index(letter) :: len(EVERY)]


def decision_of(name, obj):
    return [obj.decisions.get().pk] if name.endswith("_paper") else []


def read_url(name, case):
    obj = case[name.split("_")[2]]
    more = []
    if name.endswith("request_payload"):
        more = [obj.arrivals.first().pk]
    elif name.endswith("review_document"):
        obj = case["answered"]
        more = [obj.decisions.get().documents.first().pk]
    elif name.endswith("review_proof"):
        obj = case["answered"]
        more = [obj.decisions.get().pk, "tlog-proof"]
    elif name.endswith("_extract"):
        obj, more = case["given"], ["json"]
    elif name.endswith(("_sheet", "_picture")):
        more = [1]
    elif name.endswith(("disclosurerequest_file", "disclosurerequest_paper")):
        obj = case["handed out"]
        more = decision_of(name, obj)
    elif name.endswith("_attachment"):
        more = [obj.attachments.get().pk]
    return reverse(f"admin:{name}", args=[obj.pk, *more])


def register_pages(letter, code, rows):
    for model, (home, sees, keeps) in REGISTERS.items():
        seen = letter in sees
        also = BY_WHO_RUNS.get(model, ("", "")) if code == "NIS" else ("", "")
        here = seen and (home in (None, code) or letter in also[0])
        kept = here and letter in (keeps if home in (None, code) else also[1])
        kept = kept and KEPT_AT.get(model, code) == code
        adds = ADDED_BY.get(model, keeps)
        obj = rows[model]
        yield at(model, "changelist"), OPEN if seen else SHUT
        yield at(model, "add"), OPEN if letter in adds else SHUT
        yield at(model, "change", obj.pk), OPEN if kept else "read" if here else SHUT
        yield at(model, "history", obj.pk), OPEN if here else SHUT
        for step, rule in STEPS.get(model, {}).items():
            takes = (kept or home in (None, code)) and here and letter in rule["own"]
            yield at(model, "step", obj.pk, step), OPEN if takes else SHUT


def list_pages(letter, code):
    for model, (sees, adds) in LISTS.items():
        yield at(model, "changelist"), OPEN if letter in sees else SHUT
        here = code in ADDED_AT.get(model, PLACES.values())
        yield at(model, "add"), OPEN if here and letter in adds else SHUT


def workplaces(letter, cast):
    """What a manager, a keeper of the map and an auditor have to themselves."""
    for name, roles in WORKPLACES.items():
        about = {
            "hand_over": [cast.karin.pk],
            "over_all_csv": ["used"],
            "managed_cases": ["nobody"],
            "go_live": [cast.gsn.pk],
            "waiting_roles": [cast.gsn.pk],
            "taken": [cast.gsn.pk],
            "role_plan": [cast.gsn.pk, 5],
            "processing_paper_pdf": [cast.gsn.pk, "record"],
            "disposal_protocol": [cast.gsn.pk, 2026],
            "disposal_protocol_of_day": [cast.gsn.pk, 2026, 11, 30],
            "signed_processing_paper_pdf": [cast.gsn.pk, "record"],
            "publication": [cast.gsn.publications.get().pk],
            "publication_file": [cast.gsn.publications.get().pk],
            "original": [cast.gsn.originals.get().pk],
            "roster_month": [cast.gsn.roster_groups.get().pk],
        }
        url = reverse(f"admin:{name}", args=about.get(name, []))
        yield url, OPEN if letter in roles else SHUT
    for step in desk.STEPS:
        url = reverse("admin:several", args=[step])
        yield url, OPEN if letter in TOGETHER[step] else SHUT
    for name, roles in TABLES.items():
        for page in ("table", "table_export"):
            # Who sees a register may look at its table; who keeps it brings rows in.
            url = reverse(f"admin:{page}", args=[name])
            yield url, OPEN if letter in roles else SHUT
    for name in AUDIT:
        yield reverse(f"admin:{name}"), OPEN if letter == "A" else SHUT


def autocompletes(letter):
    """Who sees the rows of a register may look for one."""
    for page in ADMINS.values():
        for part in (
            (page, *page.get_inline_instances(None)) if page.inlines else (page,)
        ):
            for name in part.autocomplete_fields:
                target = part.model._meta.get_field(name).related_model
                seen = letter in REGISTERS[target._meta.model_name][1]
                asked = (
                    f"app_label={part.opts.app_label}&model_name={part.opts.model_name}"
                )
                url = f"{reverse('admin:autocomplete')}?{asked}&field_name={name}"
                yield url, OPEN if seen else SHUT


def plain_pages(*, signed_in):
    for name, rule in PAGES.items():
        allowed = rule == "open" or (signed_in and rule == "signed")
        yield plain_url(name), OPEN if allowed else SHUT


def plain_url(name):
    if name is None:
        return "/nothing/here/"
    if name in ARGUMENTS:
        admins = "admin:" if name in ("take_turn", "guide") else ""
        return reverse(admins + name, args=ARGUMENTS[name])
    if name == "app_list":
        return "/requests_app/"
    if name in ("api_info", "api-root", "openapi"):
        return reverse(f"contract-api:{name}")
    for prefix in ("admin:", ""):
        try:
            return reverse(prefix + name)
        except Exception:  # noqa: S112 — the other place has it
            continue
    raise AssertionError(name)


def everything(world):
    yield from register_pages("I", "GSN", world.rows)
    yield from list_pages("I", "NIS")
    yield from autocompletes("I")
    yield from workplaces("I", world.cast)
    yield from case_pages("I", "own", world.cases["own"])
