"""Each table and each of its columns has a period, a basis and an event it runs from."""

from django.apps import apps
from django.db import models

from lockbox_site.models import User
from lockbox_site.pages.record import retention_of, retention_of_column, undeclared
from requests_app.core.retention import PERIODS


def test_no_table_is_without_a_rule_and_so_no_column():
    assert undeclared() == []


def test_a_new_model_without_one_is_red():
    class Stray(models.Model):
        name = models.TextField()

        class Meta:
            app_label = "requests_app"
            db_table = "requests_app_stray"

        def __str__(self):
            return self.name

    try:
        assert undeclared() == ["requests_app_stray"]
    finally:
        del apps.all_models["requests_app"]["stray"]
        apps.clear_cache()


def test_a_column_that_is_declared_and_is_none_is_red(monkeypatch):
    rule = User.retention._replace(columns={"fax": User.retention})
    monkeypatch.setattr(User, "retention", rule)
    assert undeclared() == ["lockbox_site_user.fax"]


def rules():
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            yield retention_of_column(model, field.column)


def test_each_rule_says_from_what_and_on_what_basis():
    walked = list(rules())
    assert len(walked) > 2000
    for rule in walked:
        assert str(rule.after).strip() and str(rule.basis).strip()


def test_what_an_authority_chooses_lies_between_a_least_and_a_most():
    for name, period in PERIODS.items():
        assert period.retention.period == name
        assert 0 < period.least <= period.retention.days <= period.most
    of_models = {rule.period for rule in map(retention_of, apps.get_models())}
    assert of_models - {""} <= PERIODS.keys()
