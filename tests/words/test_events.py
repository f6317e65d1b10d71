"""Every event has a name."""

import re
from pathlib import Path

import requests_app.workflow
from requests_app.words.events import EVENTS


def test_every_event_of_the_workflow_has_a_name():
    modules = Path(requests_app.workflow.__file__).parent.glob("*.py")
    noted = {
        event
        for module in modules
        for event in re.findall(r"\bnote\(\s*\"([a-z_.]+)\"", module.read_text())
    }
    assert len(noted) > 30
    assert noted <= set(EVENTS)
