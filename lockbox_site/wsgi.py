import os

from django.core.wsgi import get_wsgi_application

from lockbox_site import practice
from lockbox_site.processes import keep_what_is_loaded, look_seldom

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lockbox_site.settings")
look_seldom()
application = get_wsgi_application()
practice.look()
keep_what_is_loaded()
