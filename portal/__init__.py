"""The frame: settings, addresses, queue; composed pages on top, kits without domain words below."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
