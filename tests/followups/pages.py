"""Addresses and days as the forms of a follow-up know them."""

from datetime import timedelta

from django.urls import reverse

from portal import clock

SUBMISSION = "6f1c8f0e-7a52-4c0e-9d43-0f1a6a1c9b11"


def page(name, thing):
    return reverse(f"followups:{name}", args=[thing.public_id])


def in_days(days):
    return (clock.today() + timedelta(days=days)).isoformat()
