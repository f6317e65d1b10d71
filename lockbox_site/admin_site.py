from django.contrib import admin


class LockboxAdminSite(admin.AdminSite):
    pass
