"""The rows that belong to a case, and a way to change each in silence."""

from django.apps import apps

from audit_app.history import AuditedModel
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.afterwards import Alteration

COLUMNS = ("review_id", "decision_id", "access_request_id", "content_object_id")


def belonging() -> list[type[AuditedModel]]:
    """Models whose rows belong to a case, read from the models and not from the SQL."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, AuditedModel)
        and {field.column for field in model._meta.fields} & set(COLUMNS)
        and model is not Alteration
        and not model._meta.proxy
    ]


def rows_of(case):
    """One row of each table that the case has any of."""
    decisions = list(case.decisions.values_list("pk", flat=True))
    for model in belonging():
        for row in model.objects.all():
            if (
                getattr(row, "review_id", None) == case.pk
                or getattr(row, "decision_id", None) in decisions
                or getattr(row, "content_object_id", None) == case.pk
                or (
                    getattr(row, "access_request_id", None) == case.access_request_id
                    and not isinstance(row, SecrecyReview)
                )
                or row == case
            ):
                yield row
                break
    yield case.access_request


def number_column(row):
    """A column that can be changed in silence: any integer, date or text of the row."""
    skipped = {"id", *COLUMNS}
    for field in row._meta.fields:
        kind = field.get_internal_type()
        if field.column not in skipped and not field.is_relation and kind in KINDS:
            return field.column, KINDS[kind]
    return None


KINDS = {
    "DateTimeField": "{0} - interval '1 second'",
    "PositiveIntegerField": "coalesce({0}, 0) + 1",
    "TextField": "coalesce({0}, '') || 'x'",
}
