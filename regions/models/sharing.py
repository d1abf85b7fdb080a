from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.enums import SharingTier


class Shared(models.Model):
    """A thing that is shared by tier: with those concerned until someone decides otherwise."""

    sharing_tier = models.CharField(
        _("sharing"), max_length=9, choices=SharingTier, default=SharingTier.CONCERNED, db_index=True
    )

    class Meta:
        abstract = True
