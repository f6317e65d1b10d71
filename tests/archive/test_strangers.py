"""What others' validators say of a package: nothing but faults of their own
(docs/decisions/records.md)."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.archive.test_package import package
from tests.redaction import tools

__all__ = ["package"]
ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv" / "eark" / "bin" / "python"
# Rules that it asks of what they are not about.
ITS_OWN = {"CSIP12", "CSIP13", "CSIP16", "CSIP63", "SIP14"}


def report_of(folder):
    assert PYTHON.exists(), "eark-validator is missing: make tools"
    command = [PYTHON, ROOT / "tests" / "archive" / "eark" / "run.py", folder]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return json.loads(done.stdout)


@pytest.mark.long
def test_eark_validator(package):
    report = report_of(package.folder)
    assert report["structure"]["status"] == "WellFormed"
    schema = report["metadata"]["schema_results"]
    assert (schema["status"], schema["messages"]) == ("VALID", [])
    rules = report["metadata"]["schematron_results"]["messages"]
    wrong = {row["rule_id"] for row in rules if row["severity"] == "Error"}
    assert wrong == ITS_OWN


@pytest.mark.long
def test_eark_validator_sees_a_package_that_lacks_what_it_must_have(package, tmp_path):
    """So that it can say something else."""
    text = (package.folder / "METS.xml").read_text()
    (tmp_path / "METS.xml").write_text(text.replace('LABEL="CSIP"', 'LABEL="X"'))
    rules = report_of(tmp_path)["metadata"]["schematron_results"]["messages"]
    wrong = {row["rule_id"] for row in rules if row["severity"] == "Error"}
    assert wrong - ITS_OWN


XLINK = "http://www.loc.gov/standards/xlink/xlink.xsd"  # as METS names it


@pytest.mark.needs("xmllint")
def test_xmllint(package, tmp_path):
    schemas = package.folder / "schemas"
    metadata = package.folder / "metadata"
    catalogue = tmp_path / "catalogue.xml"
    catalogue.write_text(
        '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">'
        f'<system systemId="{XLINK}" uri="{(schemas / "xlink.xsd").as_uri()}"/>'
        "</catalog>"
    )
    for name, path in (
        ("ERMS.xsd", metadata / "descriptive" / "erms.xml"),
        ("premis.xsd", metadata / "preservation" / "premis.xml"),
        ("mets.xsd", package.folder / "METS.xml"),
    ):
        command = ["xmllint", "--nonet", "--noout", "--schema", schemas / name, path]
        tools.run(*command, env={**os.environ, "XML_CATALOG_FILES": str(catalogue)})
