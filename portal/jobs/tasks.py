"""Wake-ups. What is to be done stands in the row: a task that is lost or comes twice changes nothing."""

from celery import shared_task

from portal.jobs import actions, execution


@shared_task
def run_job(public_id: str) -> None:
    """Do this job now."""
    execution.execute(public_id)


@shared_task
def sweep() -> None:
    """Every minute: wake what was forgotten."""
    actions.wake_forgotten()
