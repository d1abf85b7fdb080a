"""`make chaos`: workers and beat are killed while reminders go out. The last line says how many came not, and twice.

`python -m tests.chaos --kills 200 --reminders 1000 [--naive] [--seed N]`. Leaves with 1 unless all came, and once.
"""

import argparse
import random
import signal
import sys
import tempfile
from pathlib import Path

import django

import tests.environment  # noqa: F401 - the tests' own database server, before anything of Django

django.setup()

from tests import database  # noqa: E402
from tests.chaos.harness import Outcome, run  # noqa: E402


def main() -> int:
    # Asked to end, it ends what it has started too.
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))
    asked = argparse.ArgumentParser(prog="tests.chaos")
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--reminders", type=int, default=1000)
    asked.add_argument("--naive", action="store_true", help="a worker without claim, lease and look-up: has to fail")
    asked.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = asked.parse_args()
    how = "naively" if options.naive else "as the outbox does"
    say(f"delivering {how}, seed {options.seed}")
    with database.test_database("chaos"), tempfile.TemporaryDirectory() as folder:
        outcome: Outcome = run(
            Path(folder),
            kills=options.kills,
            reminders=options.reminders,
            naive=options.naive,
            dice=random.Random(options.seed),
            say=say,
        )
    say(str(outcome))
    return 0 if outcome.is_good(options.kills, options.reminders) else 1


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


sys.exit(main())
