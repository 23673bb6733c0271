"""Reads the zones that Paso's encoder writes with another implementation, PyPI mrz 0.6.2.

    pip install mrz==0.6.2
    python3 tests/interop/mrz_oracle.py

Exit code 0 when every zone is accepted and every single wrong digit in a checked field is not.
Numbers of more than nine characters (Doc 9303-5 section 4.2.2 note j) are left out: the oracle does
not know them, and Paso's reader is held to the example of the specification instead.
"""

import pathlib
import sys

from mrz.checker.td1 import TD1CodeChecker
from mrz.checker.td2 import TD2CodeChecker
from mrz.checker.td3 import TD3CodeChecker

CHECKERS = {30: TD1CodeChecker, 36: TD2CodeChecker, 44: TD3CodeChecker}
FILE = pathlib.Path(__file__).parents[2] / "crates/formats/tests/mrz_generated.txt"

# The hash of every field, since the oracle's verdict also has opinions about country lists,
# dates in the past and repeated names, which are not what is compared here.
HASHES = ("document_number_hash", "birth_date_hash", "expiry_date_hash", "final_hash")


def hashes_hold(zone):
    checker = CHECKERS[len(zone.split("\n")[0])](zone)
    return all(bool(getattr(checker, name)) for name in HASHES)


def has_long_number(zone):
    first = zone.split("\n")[0]
    return len(first) == 30 and first[14] == "<"


def main():
    zones = [zone.strip() for zone in FILE.read_text().split("\n\n")]
    everything = len(zones)
    zones = [zone for zone in zones if not has_long_number(zone)]
    print(f"{everything - len(zones)} zones with a long number left out")
    refused = [zone for zone in zones if not hashes_hold(zone)]
    for zone in refused:
        print("refused:\n" + zone)
    wrong = missed = 0
    for zone in zones:
        lines = zone.split("\n")
        line = 1
        for at, character in enumerate(lines[line]):
            # Dates of birth and expiry are covered in every format.
            width = len(lines[line])
            dates = range(0, 15) if width == 30 else range(13, 28)
            if at in dates and character.isdigit():
                changed = lines[line][:at] + str((int(character) + 1) % 10) + lines[line][at + 1 :]
                wrong += 1
                missed += hashes_hold("\n".join([lines[0], changed, *lines[2:]]))
    print(f"{len(zones)} zones, {len(refused)} refused; {wrong} wrong digits, {missed} missed")
    return 1 if refused or missed else 0


if __name__ == "__main__":
    sys.exit(main())
