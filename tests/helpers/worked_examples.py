"""What the worked examples of the law's application need, on top of the cast."""

from datetime import date

from audit_app.acting import acting_as
from requests_app.core.step import machine_account
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
)
from requests_app.registers.models.information import (
    InformationSet,
    InformationSetProvision,
    SecurityClassification,
)
from requests_app.registers.models.provisions import Provision

LOG = "message-trace-2026-11-23"
MORE = {
    "Pupil health": ("OSL-21-1", "OSL-21-7", "OSL-25-1"),
    "Child care": ("OSL-26-5",),
    "Message traces": ("OSL-18-8", "OSL-21-7", "OSL-21-3-st1", "OSL-39-3-st3"),
}


def prepare() -> None:
    """The information sets with their provisions, and a log without content."""
    with acting_as(machine_account("system")):
        _log()
        site = InformationSet.objects.get(name="Child care")
        site.protected_identities_possible = True
        site.personal_data = "special"
        site.save()
        for name, codes in MORE.items():
            information_set = InformationSet.objects.get(name=name)
            for code in codes:
                InformationSetProvision.objects.create(
                    information_set=information_set,
                    provision=Provision.objects.get(code=code),
                )


def _log() -> None:
    system = CloudSystem.objects.get(name="M365")
    school = CloudObject.objects.get(designation="O-17").authority
    information_set = InformationSet.objects.create(
        authority=school, name="Message traces", personal_data="ordinary"
    )
    SecurityClassification.objects.create(
        information_set=information_set,
        valid_from=date(2024, 1, 1),
        confidentiality=2,
        integrity=2,
        availability=2,
    )
    log = CloudObject.objects.create(
        system=system,
        kind="log",
        designation="L-09",
        external_id=LOG,
        authority=school,
    )
    CloudObjectInformationSet.objects.create(
        cloud_object=log, information_set=information_set
    )
