"""A module with pages that nobody imports has none: each is named where pages begin."""

import sys
from pathlib import Path

from tests.helpers.modules import modules


def test_each_module_with_pages_is_imported_by_the_admin():
    with_pages = {
        module.__name__
        for module in modules()
        if "@admin.register(" in Path(module.__file__).read_text()
    }
    told = Path(sys.modules["requests_app.admin"].__file__).read_text()
    imported = {
        line.split()[1] for line in told.splitlines() if line.startswith("import ")
    }
    assert with_pages and with_pages == imported
