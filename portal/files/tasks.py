from celery import shared_task

from portal.files import actions


@shared_task
def sweep() -> None:
    """Once a day: take away what rolled back transactions left in the storage."""
    actions.remove_orphans()
