"""The hub's disk is lost, with everything done since the last backup on it. The mirror still answers;
from a backup and the mirror's file the house goes on, with the very log that others countersigned."""

import shutil

import register


def check(report, house, scratch, judge):
    held = {}

    def backed_up():
        for place in ("away", "apart"):
            (scratch / place).mkdir()
        house.paso("backup", "--to", scratch / "away/register.age", "--keys-to", scratch / "apart/keys.age")
        before = house.head()[0]
        house.people(1_000, 20)
        held["size"], held["note"] = house.settled()
        assert held["size"] > before, "nothing was done after the backup"
        house.mirrored(held["size"])

    def lost():
        house.paso.kill()
        shutil.rmtree(scratch / "mx")
        code, commitment = house.receipts[-1]
        year = house.origin.rsplit("/", 1)[1]
        url = f"{house.watch}/mirror/mx-test/proof/{code}"
        for guess in ("", f"/{bytes(32).hex()}"):
            assert register.get(url + guess)[0] == 404, f"a code alone finds something: {guess}"
        status, proof = register.get(f"{url}/{commitment}")
        assert status == 200 and proof.startswith(b"c2sp.org/tlog-proof@v1\n"), status
        house.veedor(
            "export", "--authority", "mx-test", "--year", year, "-o", scratch / "rest.feed"
        )

    def restored():
        identities = [word for path in house.identities for word in ("--identity", path)]
        house.paso(
            "restore", "--from", scratch / "away/register.age", "--keys", scratch / "apart/keys.age", *identities
        )
        said = house.paso.refuses("serve")
        assert "older copy" in said and "stream import" in said, said

    def regained():
        house.paso("stream", "import", scratch / "rest.feed")
        house.url = house.paso.serve()
        size, note = register.until(
            "the old head, published anew", lambda: (h := house.head())[0] >= held["size"] and h
        )
        earlier = scratch / f"head-{held['size']}"
        earlier.write_bytes(held["note"])
        judge.heads.append(earlier)
        house.people(2_000, 5)
        house.least = size + 1
        size, note = house.settled()
        log = scratch / "after"
        house.fetch(log, note, size)
        assert judge.whole(log) == judge.whole(log, "university") == size
        judge.each_leaf(log)

    for name, run in [
        ("a backup is made while the hub works, and work goes on", backed_up),
        ("the disk is lost, and the mirror answers for a receipt", lost),
        ("a restored backup does not start behind its witnesses' backs", restored),
        ("with the mirror's rows it goes on: every old head holds, both witnesses cosign", regained),
    ]:
        report.case(name, run)
