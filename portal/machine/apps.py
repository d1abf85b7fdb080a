"""The machine room as a Django app: it has commands and no models."""

from django.apps import AppConfig


class MachineConfig(AppConfig):
    name = "portal.machine"
    label = "machine"
