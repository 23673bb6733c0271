"""A register at work: `paso serve` in a directory of its own, with `veedor` and aics-witness as its
witnesses, and fictional people who get cards, enter and leave."""

import json
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import receipts

VKEY = re.compile(r"\S+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def until(what, wanted, seconds=60):
    """Asks again until the answer is truthy: processes start and logs grow in their own time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := wanted():
            return found
        time.sleep(0.1)
    raise TimeoutError(f"waited {seconds} s for {what}")


class Program:
    """A program of Paso with its data directory; one process serves it."""

    def __init__(self, path, directory):
        self.path, self.directory, self.process = path, directory, None

    def __call__(self, *words):
        command = [self.path, "--dir", self.directory, *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(map(str, words))}: {done.stderr}"
        return done.stdout

    def refuses(self, *words):
        """What it says instead of carrying a command out."""
        command = [self.path, "--dir", self.directory, *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode != 0, f"{words[0]} was carried out"
        return done.stderr

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=10)

    def serve(self):
        self.process = subprocess.Popen(
            [self.path, "--dir", self.directory, "serve"],
            stdout=subprocess.PIPE, stderr=open(f"{self.directory}.log", "a"), text=True,
        )
        words = self.process.stdout.readline().split()
        assert words and words[0] == "ready", f"{self.path} did not start: {self.directory}.log"
        return words[1]

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)


class ForeignWitness:
    """aics-witness, which shares nothing with Paso."""

    def __init__(self, directory, origin, vkey):
        # Somebody may take a free port before the witness does: then another one is tried.
        for attempt in range(5):
            place = directory.with_name(f"{directory.name}-{attempt}")
            place.mkdir()
            self.config, self.port = str(place / "witness.json"), free_port()
            listen = f"127.0.0.1:{self.port}"
            said = self.run("init", "--name", "university.example/w1", "--listen", listen)
            self.vkey = VKEY.search(said).group()
            self.run("add-log", "--origin", origin, "--vkey", vkey)
            self.process = subprocess.Popen(
                self.command("serve"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            if until("aics-witness", lambda: self.answers() or self.process.poll() is not None) is True:
                if self.process.poll() is None:
                    return
        raise RuntimeError("aics-witness does not start")

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def command(self, verb, *words):
        return [sys.executable, "-m", "aics_witness", verb, "--config", self.config, *words]

    def run(self, *words):
        return subprocess.run(
            self.command(*words), capture_output=True, text=True, check=True
        ).stdout

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


def get(url, token=None):
    """Status and body of an answer. `*.localhost` names are this machine (RFC 6761 6.3)."""
    request = urllib.request.Request(re.sub(r"//[a-z.]*localhost:", "//127.0.0.1:", url))
    request.add_header("Host", url.split("/")[2])
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


class Register:
    """The hub, its two witnesses, and its log as others see it."""

    def __init__(self, paso, veedor, scratch):
        self.scratch = scratch
        self.paso = Program(paso, scratch / "mx")
        port = free_port()
        self.paso(
            "init", "--demo", "--rules=demo", "--code=mx-test", "--name=Autoridad de prueba",
            "--issuer=https://mx.example", "--home=TAL", "--complaints=Defensoría, 800 000 0000",
            "--host=mx.localhost", f"--listen=127.0.0.1:{port}",
        )
        self.identities = [self.identity(recipients) for recipients in ("recipients", "key_recipients")]
        self.vkey = VKEY.search(self.paso("log", "keys")).group()
        self.origin = self.vkey.split("+")[0]
        self.foreign = ForeignWitness(scratch / "university", self.origin, self.vkey)
        self.veedor = Program(veedor, scratch / "veedor")
        self.veedor("init", "--name=veedor.example/1", "--listen=127.0.0.1:0", "--log", self.vkey)
        self.ombudsman = (scratch / "veedor/vkey").read_text().strip()
        self.mirror(f"http://mx.localhost:{port}")
        self.watch = self.veedor.serve()
        self.policy = (
            f"log {self.vkey}\n"
            f"witness ombudsman {self.ombudsman} {self.watch}\n"
            f"witness university {self.foreign.vkey} http://127.0.0.1:{self.foreign.port}\n"
            "group others any university\n"
            "group final all ombudsman others\n"
            "quorum final\n"
        )
        (scratch / "mx/policy.txt").write_text(self.policy)
        self.url = self.paso.serve()
        self.base = f"{self.url}/log/{self.origin.rsplit('/', 1)[1]}"
        self.least, self.receipts = 1, []
        self.token = (scratch / "mx/mirror.token").read_text().strip()

    def identity(self, setting):
        """A key of age's own making that may open backups."""
        path, settings = self.scratch / f"{setting}.identity", self.scratch / "mx/paso.toml"
        subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
        public = re.search(r"age1\w+", path.read_text()).group()
        text, count = re.subn(rf"(?m)^{setting} = \[.*\]$", f'{setting} = ["{public}"]', settings.read_text())
        assert count == 1, f"{setting} is not in paso.toml"
        settings.write_text(text)
        return path

    def mirror(self, url):
        """Has veedor mirror the hub, as if anchor and token had been handed over in person."""
        for name in ("anchor.txt", "mirror.token"):
            shutil.copy(self.scratch / "mx" / name, self.scratch / "veedor" / f"mx-{name}")
        with (self.scratch / "veedor/veedor.toml").open("a") as settings:
            settings.write(
                f'\n[[authority]]\ncode = "mx-test"\nurl = "{url}"\n'
                'token = "mx-mirror.token"\nanchor = "mx-anchor.txt"\n'
            )

    def mirrored(self, size):
        """Waits until the mirror holds a head of this size."""
        url = f"{self.watch}/mirror/mx-test/{self.origin.rsplit('/', 1)[1]}/checkpoint"

        def there():
            status, note = get(url)
            return status == 200 and int(note.decode().split("\n")[1]) >= size

        until(f"a mirror of {size} leaves", there)

    def stop(self):
        self.paso.stop()
        self.veedor.stop()
        self.foreign.stop()

    def people(self, first, count):
        """Cards for people who do not exist; each enters, every second one leaves."""
        by = ("--officer=INM-0417", "--post=TAL")
        for number in range(first, first + count):
            said = self.paso(
                "card", "issue", *by, "--surnames=Persona Ficticia", f"--given=Número {number}",
                "--birth=1990-05-31", "--sex=F", "--nationality=GTM", "--document=passport",
                f"--document-number={number:09}",
            )
            card = re.search(r"^TAL-\S+", said, re.M).group()
            self.crossed(self.paso("enter", *by, card))
            if number % 2:
                self.crossed(self.paso("leave", *by, card))

    def crossed(self, said):
        """Remembers a receipt's code, and the commitment that its text, printed below it, yields."""
        found = re.findall(r"^receipt ([2346789CFHJKPRTX]{4}-[2346789CFHJKPRTX]{4})\n(.*)$", said, re.M)
        self.receipts += [(code, receipts.commitment(code, text)) for code, text in found]

    def head(self):
        """Size of the published head, 0 before the first; and the note."""
        status, note = get(f"{self.base}/checkpoint")
        return (int(note.decode().split("\n")[1]), note) if status == 200 else (0, b"")

    def settled(self):
        """Waits until a head over everything that was done has its quorum."""

        def whole():
            (log,) = json.loads(get(f"{self.url}/log")[1])["logs"]
            return log["published"] == log["size"] >= self.least and self.head()

        size, note = until(f"a published head of more than {self.least}", whole)
        self.least = size + 1
        return size, note

    def fetch(self, directory, note, size):
        """The log at `size` as a folder of files, as C2SP lays them out."""
        directory.mkdir()
        (directory / "checkpoint").write_bytes(note)
        rows, level = size, 0
        while rows:
            self.row(directory, f"tile/{level}", rows, None)
            rows, level = rows // 256, level + 1
        self.row(directory, "tile/entries", size, self.token)

    def row(self, directory, folder, count, token):
        for index in range(0, count, 256):
            width = min(256, count - index)
            name = f"{folder}/{index // 256:03}" + (f".p/{width}" if width < 256 else "")
            status, body = get(f"{self.base}/{name}", token)
            assert status == 200, f"{name}: {status}"
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            (directory / name).write_bytes(body)


def copied(source, target):
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target
