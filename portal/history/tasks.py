"""Rows changed by a background task remember its name: put into the history's context by Celery's signals."""

import pghistory
from celery.signals import task_postrun, task_prerun

_open: dict[str, pghistory.context] = {}


@task_prerun.connect
def enter(task_id, task, **kwargs):
    """Open the context before the task runs."""
    _open[task_id] = pghistory.context(task=task.name)
    _open[task_id].__enter__()


@task_postrun.connect
def leave(task_id, **kwargs):
    """Close it whatever happened."""
    if task_id in _open:
        _open.pop(task_id).__exit__(None, None, None)
