import os

from django.core.wsgi import get_wsgi_application

from lockbox_site.practice import mark
from lockbox_site.processes.garbage_collection import keep_what_is_loaded, look_seldom

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lockbox_site.settings")
look_seldom()
application = get_wsgi_application()
mark.look()
keep_what_is_loaded()
