"""What gunicorn loads comes before the models, and must not ask for them."""

import subprocess
import sys

import pytest
from django.conf import settings


@pytest.mark.parametrize("module", ["gunicorn_settings", "processes", "wsgi"])
def test_it_is_loaded_before_the_models_are_there(module):
    command = [sys.executable, "-c", f"import lockbox_site.{module}"]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
