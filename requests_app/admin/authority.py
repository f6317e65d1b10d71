from django.contrib import admin

from requests_app.models import Authority, ClassificationLabel, Role, SecrecyBranch
from requests_app.workbench import LockboxAdmin


@admin.register(Authority)
class AuthorityAdmin(LockboxAdmin):
    list_display = ["name", "code", "kind"]
    search_fields = ["name", "code"]
    kept_by = [Role.SYSTEM_ADMINISTRATOR]


@admin.register(SecrecyBranch)
class SecrecyBranchAdmin(LockboxAdmin):
    list_display = ["name", "authority"]
    list_select_related = ["authority"]
    kept_by = [Role.SYSTEM_ADMINISTRATOR]


@admin.register(ClassificationLabel)
class ClassificationLabelAdmin(LockboxAdmin):
    list_display = ["authority", "aspect", "level", "label"]
    list_select_related = ["authority"]
    list_filter = ["aspect"]
    authority_path = "authority"
    kept_by = [Role.INFORMATION_OWNER, Role.IT_MANAGER]
