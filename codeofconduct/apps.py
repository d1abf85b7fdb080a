from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CodeOfConductConfig(AppConfig):
    name = "codeofconduct"
    verbose_name = _("Code of conduct")
