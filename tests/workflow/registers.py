"""A row of each guarded register, and other values for its fields."""

from datetime import date, timedelta

from django.db import models

from audit_app.acting import acting_as
from requests_app.cases.intake.models.request import MailRule
from requests_app.core.people.models import SecrecyBranch
from requests_app.registers.models.cloud import (
    CloudObject,
    Connection,
    Provider,
    ProviderProduct,
)
from requests_app.registers.models.information import (
    InformationSet,
    InformationSetPerson,
    SecurityClassification,
)
from tests.cast import MAILBOX
from tests.helpers.mailboxes import mail_rule
from tests.helpers.two_persons import by_two, second_manager


def rows_of(cast):
    """A row of each guarded register, with who keeps it and who is the second."""
    held = InformationSet.objects.get(name="Pupil health")
    with acting_as(cast.per):
        branch = SecrecyBranch.objects.create(authority=cast.gsn, name="Elevhälsan")
    nora = second_manager(cast)
    by_two(
        InformationSetPerson(information_set=held, person=cast.bo), cast.ines, cast.ivar
    )
    return {
        InformationSet: (held, cast.ines, cast.ivar),
        InformationSetPerson: (held.named_people.get(), cast.ines, cast.ivar),
        SecurityClassification: (held.classifications.get(), cast.ines, cast.ivar),
        CloudObject: (CloudObject.objects.get(external_id=MAILBOX), cast.per, cast.pia),
        Provider: (cast.m365.product.provider, cast.sam, nora),
        ProviderProduct: (cast.m365.product, cast.sam, nora),
        Connection: (cast.m365, cast.sam, nora),
        MailRule: (mail_rule(cast), cast.sam, nora),
        type(cast.gsn): (cast.gsn, cast.per, cast.pia),
        SecrecyBranch: (branch, cast.per, cast.pia),
    }


def another(row, name):
    """Another value of the field than the row has."""
    field, value = row._meta.get_field(name), getattr(row, name)
    if isinstance(field, models.ForeignKey):
        others = field.related_model.objects.exclude(pk=value and value.pk)
        if name == "person":
            others = others.filter(username="jonas")
        return others.first()
    if field.choices:
        return next(code for code, _label in field.flatchoices if code != value)
    if isinstance(value, bool):
        return not value
    if isinstance(field, models.DateField) and value is None:
        return date(2026, 3, 1)
    if isinstance(value, date):
        return value - timedelta(days=3)
    return 1 if isinstance(field, models.IntegerField) else "ZZ"
