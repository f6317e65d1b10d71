"""Two installations on this machine that witness each other: two databases, each served
by processes of its own, and asked over HTTP."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import connections

from audit_app.acting import acting_as
from audit_app.models import Checkpoint
from audit_app.sealing import sealer
from audit_app.verifying.proofs import opened
from lockbox_site.demo.town import neighbours, show
from requests_app.disclosure.publication import file_of
from requests_app.registers.models.changes import Publication
from requests_app.registers.models.information import InformationSet
from requests_app.registers.packages import believed
from tests.helpers.packages import settled, taken
from tests.helpers.publications import believing, published
from tests.helpers.sql import sql

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


@pytest.fixture
def home(transactional_db):
    return connections["owner"].settings_dict["NAME"]


def test_they_witness_each_other_and_refuse_what_does_not_go_on(home, tmp_path):
    with neighbours(home, tmp_path) as (one, other):
        for here, there in ((one, other), (other, one), (one, other)):
            here.write()
            assert here.seal() == []
            both = [here.log.public, there.witness.public]
            assert opened(here.published.read_text(), both)[1] == both
        with one.here():
            size = sealer.size_of_tree()
        # Whoever has all of one installation rewrites a line, and what is kept there.
        one.rewrite()
        one.write()
        (trouble,) = one.seal()
        assert "does not go on from what witnesses hold: borlange" in trouble
        # Or cuts the end off.
        with one.here():
            sql("alter table audit_app_sealedleaf disable trigger user", using="owner")
            sql(
                f"delete from audit_app_sealedleaf where leaf_index >= {size - 5}",
                using="owner",
            )
        (trouble,) = one.seal()
        assert f"it holds another tree, of {size} lines" in trouble
        with one.here():
            assert not Checkpoint.objects.exists()


def test_the_demonstration_tells_what_each_cosigned_and_refused(home, tmp_path):
    said = io.StringIO()
    show(home, tmp_path, OutputWrapper(said))
    first, second, third, _rewritten, last = said.getvalue().splitlines()
    for line, here, there in (
        (first, "arvika", "borlange"),
        (second, "borlange", "arvika"),
        (third, "arvika", "borlange"),
    ):
        assert line.startswith(f"{here}: checkpoint of ")
        assert line.endswith(f"cosigned by {there}.example/witness")
    assert last.startswith("arvika: not signed. The ledger does not go on from what")
    assert "borlange" in last


def test_what_one_publishes_the_other_reads_in_and_proves(cast, home, tmp_path):
    """Over what is left between two installations: a file, and a key that was told."""
    with neighbours(home, tmp_path) as (one, other):
        with one.here():
            publication = published(cast)
            assert one.seal() == []
            text = file_of(publication)
        file = tmp_path / "package.json"
        file.write_text(text)
        with other.here():
            assert not Publication.objects.exists()
            with pytest.raises(ValidationError, match="har undertecknat paketet"):
                believed(text, cast.gsn)
            believing(cast, cast.gsn, one.log.public)
            with pytest.raises(ValidationError, match="har ändrats"):
                believed(text.replace("Mängder", "Män"), cast.gsn)
            package = believed(text, cast.gsn)
            with acting_as(cast.ines):
                for row in InformationSet.objects.filter(authority=cast.gsn):
                    row.name = f"Egen {row.name}"
                    row.save()
            rows = taken(cast.ines, cast.gsn, "information-sets", package=package)
            assert rows and settled(cast.ivar, cast.gsn) == len(rows)
        # A stranger, who has neither database.
        call_command("verify_package", str(file), "--key", str(one.log.public))
        with pytest.raises(CommandError):
            call_command("verify_package", str(file), "--key", str(other.log.public))
