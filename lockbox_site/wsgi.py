"""The web application, as gunicorn loads it."""

import os

from django.core.wsgi import get_wsgi_application

from lockbox_site.processes import keep_what_is_loaded, look_seldom

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lockbox_site.settings")
look_seldom()
application = get_wsgi_application()

# It knows models, which are there only now.
from lockbox_site import practice  # noqa: E402

practice.look()
keep_what_is_loaded()
