"""What stands in helpers says what it compared, too."""

from pathlib import Path

import pytest

for path in Path(__file__).parent.iterdir():
    if path.suffix == ".py" or (path / "__init__.py").exists():
        pytest.register_assert_rewrite(f"tests.{path.stem}")
