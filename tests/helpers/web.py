"""Pages: signed in, fetched with their queries counted, filled in and sent."""

import re

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit_app.acting import acting_as
from requests_app.core import queue
from requests_app.core.queue import lines_of
from requests_app.desk.queue import everything
from requests_app.desk.queue.everything import upkeep_for

PDF = b"%PDF-1.7\n..."
FREE = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


class Browser(Client):
    """Sends along what the form of a step keeps hidden: the version that was seen, and
    the decision as it was read."""

    def post(self, path, data=None, *args, **kwargs):
        step = re.fullmatch(r"/(\w+)/(\w+)/(\d+)/do/([\w-]+)/", str(path))
        if data and step and step[4] == "decide" and "as_read" not in data:
            data = {**data, "as_read": as_read(self.get(path))}
        if step and isinstance(data, dict) and "seen" not in data:
            model = apps.get_model(step[1], step[2])
            row = model._base_manager.filter(pk=step[3]).first()
            data = {**data, "seen": getattr(row, "version", "")}
        return super().post(path, data, *args, **kwargs)


def as_read(page) -> str:
    """The fingerprint of the decision that a page shows; empty where it shows none."""
    hidden = re.search(r'name="as_read" value="(\w+)"', page.content.decode())
    return hidden[1] if hidden else ""


def signed_in(person) -> Client:
    client = Browser()
    client.force_login(person)
    return client


def fetch(client, url, status=200):
    """GET a page: the response, and its queries without BEGIN and SAVEPOINT. `status`:
    None for any."""
    with CaptureQueriesContext(connection) as caught:
        response = client.get(url)
    assert status in (None, response.status_code), (url, response.status_code)
    return response, [
        query["sql"] for query in caught if not query["sql"].startswith(FREE)
    ]


def lines(queries):
    return "\n".join(sql[:100] for sql in queries)


def page(obj, name="change", *args):
    opts = obj._meta
    return reverse(
        f"admin:{opts.app_label}_{opts.model_name}_{name}", args=[obj.pk, *args]
    )


def step_url(obj, name):
    return page(obj, "step", name)


def in_english(person) -> Client:
    """Signed in by somebody who reads the pages in English."""
    person.language = "en"
    with acting_as(person):
        person.save()
    return signed_in(person)


def offered(client, obj) -> set[str]:
    """The steps whose buttons the page of the object shows."""
    return {
        button["url"].rstrip("/").rpartition("/do/")[2]
        for button in client.get(page(obj)).context["steps"]
        if "/do/" in button["url"]
    }


def work_of(user):
    return {item.name: item for item in everything.everything_for(user)}


def upkeep_of(user):
    return list(lines_of(upkeep_for(user), queue.LONGEST))


def fields_of(client, row, **changes):
    """What the register form of a row would send, with changes."""
    form = client.get(page(row)).context["adminform"].form
    typed = {}
    for name in form.fields:
        value = form.get_initial_for_field(form.fields[name], name)
        if value is not None and value is not False:
            typed[name] = getattr(value, "pk", value)
    return {**typed, **changes}


def post_form(person, row, **changes):
    client = signed_in(person)
    return client.post(page(row), fields_of(client, row, **changes))


def existing(formset):
    """The rows that are there already, unchanged."""
    typed = {
        f"{formset.prefix}-TOTAL_FORMS": formset.initial_form_count(),
        f"{formset.prefix}-INITIAL_FORMS": formset.initial_form_count(),
    }
    for form in formset.initial_forms:
        typed |= {
            f"{form.prefix}-{name}": form.get_initial_for_field(field, name) or ""
            for name, field in form.fields.items()
        }
        typed[f"{form.prefix}-id"] = form.instance.pk
    return typed


def attach(cast, subject, name, body):
    file = SimpleUploadedFile(name, body)
    url = step_url(subject, "attach")
    return signed_in(cast.karin).post(url, {"title": "Loggen från i går", "file": file})


def errors(response):
    return response.context["form"].errors


def words(response) -> str:
    return " ".join(response.content.decode().split())
