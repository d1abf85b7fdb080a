"""Starts workers and beat as forks of a process that has imported everything: a start costs a moment, and kills hit work
rather than imports. `python -m tests.chaos.nursery APP` reads "LOG ARGUMENT…" a line, and answers with a process's number.
"""

import importlib
import os
import signal
import sys

import django
from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


def main(name: str) -> None:
    django.setup()
    app: Celery = importlib.import_module(name).app
    app.loader.import_default_modules()
    # Nobody waits for the killed: the system does away with them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        log, *arguments = line.split()
        child = os.fork()
        if not child:
            _live(app, log, arguments)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _live(app: Celery, log: str, arguments: list[str]) -> None:
    """As if started from a shell: in a group of its own, so that a kill takes its children along."""
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(out, 2)
        app.start(argv=arguments)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
