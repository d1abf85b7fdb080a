"""`make bench`: measures what docs/benchmarks.md says, and writes it there. Asserts nothing: a slow day is no fault."""

import django

import tests.environment  # noqa: F401 - the tests' own database server, before anything of Django

django.setup()

from tests.bench.measuring import main  # noqa: E402

main()
