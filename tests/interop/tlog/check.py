"""Writes logs with Paso's example programs and has everything here judge them.

    check.py DIRECTORY_OF_EXAMPLES

Prints a line for each case and last "N passed, N failed"; fails when anything failed.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import peers
import tamperings

ENTRIES = 70_000


class Report:
    """Counts cases. A case passes if it returns; what it raises is printed."""

    def __init__(self):
        self.passed = self.failed = 0

    def case(self, name, run, *arguments):
        try:
            run(*arguments)
        except Exception as error:  # a broken case must not hide the others
            self.failed += 1
            print(f"FAIL {name}: {type(error).__name__}: {error}", flush=True)
        else:
            self.passed += 1
            print(f"ok   {name}", flush=True)


def main():
    examples = Path(sys.argv[1])
    report = Report()
    with tempfile.TemporaryDirectory(prefix="paso-tlog-") as scratch:
        scratch = Path(scratch)
        write = lambda name, *arguments: subprocess.run(
            [examples / "write_log", scratch / name, *map(str, arguments)], check=True
        )
        write("honest", ENTRIES)
        write("short", 1_000)
        # The same log with one entry changed: signed by the log alone, and by a witness that lies too.
        write("rewritten", ENTRIES, 512)
        write("conspired", ENTRIES, 512, "cosigned")
        tamperings.check(report, scratch)
        peers.check(report, scratch, examples)
    print(f"{report.passed} passed, {report.failed} failed")
    return report.failed > 0


if __name__ == "__main__":
    sys.exit(main())
