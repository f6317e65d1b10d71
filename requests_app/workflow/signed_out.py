"""Signed out elsewhere, so signed out here."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from audit_app import clock
from audit_app.acting import acting
from requests_app.models import Heartbeat
from requests_app.workflow.machine_accounts import DIRECTORY, machine_account
from requests_app.workflow.step import note, save


def sign_out_once(person: Any, *, until: int, mark: str) -> bool:
    """End every session of the person, where there is one here. False where this mark
    has come before; it is known for so many seconds."""
    now = clock.now()
    with transaction.atomic():
        beats = Heartbeat.objects.filter(name__startswith=Heartbeat.SIGNED_OUT)
        beats.filter(at__lt=now - timedelta(seconds=until)).delete()
        _beat, is_new = Heartbeat.objects.get_or_create(
            name=f"{Heartbeat.SIGNED_OUT}{mark[:16]}", defaults={"at": now}
        )
        if is_new and person is not None:
            by = machine_account(DIRECTORY)
            with acting(by):
                save(person, session_epoch=person.session_epoch + 1)
                note("user.signed_out_elsewhere", on=person, by=by)
    return is_new
