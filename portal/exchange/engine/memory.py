"""What long work over many rows asks of Python's memory."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

ALLOCATIONS_OF_A_THOUSAND_ROWS = 100_000


@contextmanager
def settled() -> Iterator[None]:
    """Look for garbage once a thousand rows or so, and leave out what is in memory already: code and settings, which stay.

    Rows come and go by the thousand; all of it would be looked through again and again: a third of the time.
    """
    often = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS_OF_A_THOUSAND_ROWS)
    try:
        yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()
