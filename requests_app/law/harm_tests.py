"""The harm tests of a review as the rules ask for them, and the parts they are of."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from requests_app.law.assessment import Assessment
from requests_app.law.case import Part, Test
from requests_app.law.grounds import grounds_for
from requests_app.law.parts import in_effect
from requests_app.law.proposed_answers import is_in_force
from requests_app.models import (
    Consent,
    HarmTest,
    Provision,
    RequestedObject,
    SecrecyReview,
)
from requests_app.models import Part as NamedPart


def field_key(provision: Provision, part: NamedPart | None) -> str:
    """By which forms name the fields of a test."""
    return f"{provision.pk}-{part.pk}" if part else f"{provision.pk}"


def parts_of(assessment: Assessment) -> tuple[Part, ...]:
    return tuple(
        Part(row.pk, row.name, _is_gone(row.requested_object))
        for row in assessment.parts
    )


def _is_gone(requested: RequestedObject | None) -> bool:
    return requested is not None and requested.removed_in_revision is not None


def tests_of(
    harm_tests: Iterable[HarmTest],
    review: SecrecyReview,
    consents: Iterable[Consent],
    parts: tuple[Part, ...],
    day: date | None = None,
) -> tuple[Test, ...]:
    """Those that count. `day`: on which a version of a provision is to be in force;
    today, if none."""
    names = {row.key: row.name for row in parts}
    tests = _tests(harm_tests, review, consents, names, day)
    return in_effect(tests, names)


def _tests(
    harm_tests: Iterable[HarmTest],
    review: SecrecyReview,
    consents: Iterable[Consent],
    parts: Mapping[int, str],
    day: date | None,
) -> Iterator[Test]:
    standing = {row.provision_id for row in consents if row.withdrawn_at is None}
    for row in harm_tests:
        provision = row.provision
        name = parts.get(row.part_id) if row.part_id else ""
        yield Test(
            provision.code,
            f"{provision} ({name})" if name else str(provision),
            row.harm_test,
            row.outcome,
            provision.blocks_approval,
            is_in_force(provision, day),
            row.ground,
            grounds_for(provision, review),
            provision.works_against,
            provision.protects,
            provision.pk in standing,
            provision.may_be_named,
            row.part_id,
            row.pk,
        )
