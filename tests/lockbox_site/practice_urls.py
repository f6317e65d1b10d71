"""The addresses of a place to practise."""

from lockbox_site.practice import urls
from lockbox_site.urls import urlpatterns as of_work

urlpatterns = [*urls, *of_work]
