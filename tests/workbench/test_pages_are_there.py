"""A module with pages that nobody imports has none: each is named where pages begin."""

from pathlib import Path

import requests_app.admin as pages


def test_each_module_with_pages_is_imported():
    modules = {
        path.stem
        for path in Path(pages.__path__[0]).glob("*.py")
        if "@admin.register(" in path.read_text()
    }
    assert modules
    assert modules - set(pages.__all__) == set()
