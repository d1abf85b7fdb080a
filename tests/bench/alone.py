"""Each measure runs in a process of its own, so that its memory is its own."""

import json
import os
import resource
import sys
import time
from collections.abc import Callable

from django.db import connection

MEGABYTE = 1024


def alone(measure: Callable[[], dict[str, float]]) -> dict[str, float]:
    """The figures of a measure in a forked process: `own` seconds of a core, `peak` in MB, and its reading child's."""
    connection.close()
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        try:
            started, worked = time.perf_counter(), time.process_time()
            figures = measure()
            figures.setdefault("seconds", time.perf_counter() - started)
            figures["own"] = time.process_time() - worked
            figures["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
            figures["reader"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MEGABYTE
            os.write(write, json.dumps(figures).encode())
        except BaseException as error:  # noqa: BLE001 - the parent reads no traceback
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        found: dict[str, float] = json.loads(pipe.read() or b"{}")
    os.waitpid(child, 0)
    return found
