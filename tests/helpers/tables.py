"""Registers as CSV, sent to the page that reads them in."""

from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.registers.steps import bring_in
from requests_app.registers.tables.information import REGISTERS

OBJECTS = (
    "authority;branch;system;connection;kind;designation;external_id;information_sets\n"
)

SETS = "authority;branch;name;description;process_code;personal_data;protected_identities_possible;provisions\n"

CLASSES = "authority;information_set;valid_from;confidentiality;integrity;availability;traceability;reason;review_due\n"

PEOPLE = "username;first_name;last_name;identity;email;title;phone;language\n"
ROLES = "person;role;authority;branch;employer;basis;decided_on;valid_from;valid_to;reason;combined_because\n"

NEW = "GSN;;M365;;mailbox;O-18;ny@skola.example;Pupil health\n"


def url(name):
    return f"/tables/{name}/"


def look(client, name, text, **more):
    raw = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile("rows.csv", raw, content_type="text/csv")
    return client.post(url(name), {"file": file, "reason": "The map", **more})


def errors_of_rows(table, text, by):
    results = bring_in(text, by=by, register=REGISTERS[table], reason="x", preview=True)
    return [" ".join(row.errors) for row in results]
