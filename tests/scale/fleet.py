"""Everything that docs/scaling.md names, real and on this machine: PostgreSQL, a Chroma server, nginx, and servers of Dateline."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.postgres import Server, said_by
from tests.processes import free_port

ROOT = Path(__file__).parents[2]
SERVERS = {"replica1": 7861, "replica2": 7862, "writer1": 7871, "writer2": 7872}
"""By name the port that deploy/nginx.conf has for each; here each gets a free one."""
WRITERS = ("writer1", "writer2")
ENTRANCE = 7860
ONE_ALONE = "only"
"""A second entrance, to replica1 alone: for measuring."""
START_SECONDS = 300
BEHIND_SECONDS = 4.0
MODEL = os.environ.get("SCALE_EMBEDDING_MODEL", "packaged")


def asked(url: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None, seconds: float = 60) -> tuple[int, Any]:
    """(status, JSON) of a GET, or a POST if there is a body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


def waited(true: Callable[[], Any], seconds: float, what: str) -> float:
    """Wait until it gives something; the seconds that took."""
    began = time.monotonic()
    while True:
        with contextlib.suppress(OSError, ValueError):
            if true():
                return time.monotonic() - began
        assert time.monotonic() - began < seconds, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.1)


class Fleet:
    """Ends what it started, all by its own process ids."""

    def __init__(self, folder: Path) -> None:
        self._nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        assert self._nginx, "nginx is missing: apt install nginx-light"
        self.folder = folder
        self.ports = {name: free_port() for name in (*SERVERS, "chroma", "entrance", ONE_ALONE)}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.postgres = Server()
        self.url = self.postgres.database()

    def begin(self) -> None:
        """Returns when all of them answer."""
        self._start_chroma()
        for name in SERVERS:
            self.start(name)
        self._start_nginx()
        for name in SERVERS:
            waited(lambda name=name: self.health(name)["status"] in ("ok", "catching-up"), START_SECONDS, f"{name} is ready")  # type: ignore[misc]

    # Starting and ending

    def _run(self, name: str, command: Sequence[str], environment: dict[str, str] | None = None) -> None:
        log = open(self.folder / f"{name}.log", "ab")  # noqa: SIM115 (the process has it)
        self._processes[name] = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
        log.close()

    def _start_chroma(self) -> None:
        place, port = str(self.folder / "chroma"), str(self.ports["chroma"])
        chroma = Path(sys.executable).with_name("chroma")
        self._run("chroma", [str(chroma), "run", "--path", place, "--host", "127.0.0.1", "--port", port], {"ANONYMIZED_TELEMETRY": "False"})
        waited(lambda: asked(f"http://127.0.0.1:{port}/api/v2/heartbeat")[0] == 200, 60, "the Chroma server answers")

    def _start_nginx(self) -> None:
        text = (ROOT / "deploy" / "nginx.conf").read_text()
        for name, port in (*SERVERS.items(), ("entrance", ENTRANCE)):
            assert f"127.0.0.1:{port}" in text, f"deploy/nginx.conf does not name {name}'s port"
            text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{self.ports[name]}")
        alone = f"server {{ listen 127.0.0.1:{self.ports[ONE_ALONE]}; location / {{ proxy_pass {self.at('replica1')}; "
        alone += 'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host; } }'
        prefix = self.folder / "nginx"
        prefix.mkdir()
        temporary = " ".join(f"{each}_temp_path {prefix}/{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        who = "user root;" if os.geteuid() == 0 else ""
        (prefix / "nginx.conf").write_text(
            f"{who} daemon off; pid {prefix}/pid; error_log {prefix}/error.log; events {{}}\n"
            f"http {{ access_log off; {temporary}\n{text}\n{alone}\n}}\n"
        )
        self._run("nginx", [str(self._nginx), "-p", str(prefix), "-c", str(prefix / "nginx.conf")])

    def start(self, name: str) -> None:
        """A server of Dateline with a home of its own, its models with one thread."""
        replica = ["--replica"] if name.startswith("replica") else []
        command = [sys.executable, "-m", "app", "serve", *replica]
        environment = {
            "DATELINE_HOME": str(self.folder / name),
            "DATELINE_PORT": str(self.ports[name]),
            # Its connections bear its name, so that a test can find them.
            "DATELINE_CATALOG_URL": f"{self.url}?application_name={name}",
            "DATELINE_CHROMA_URL": f"http://127.0.0.1:{self.ports['chroma']}",
            "DATELINE_EMBEDDING_MODEL": MODEL,
            "DATELINE_BEHIND_SECONDS": str(BEHIND_SECONDS),
            "OMP_NUM_THREADS": "1",
        }
        self._run(name, command, environment)

    def kill(self, name: str) -> None:
        """At once, as a machine that loses its power."""
        process = self._processes.pop(name)
        process.kill()
        process.wait()

    def signal(self, name: str, number: signal.Signals) -> None:
        self._processes[name].send_signal(number)

    def process(self, name: str) -> int:
        """Its process id."""
        return self._processes[name].pid

    @contextlib.contextmanager
    def pinned(self, cores: dict[str, int]) -> Iterator[None]:
        """Each of these servers on one core, by its number in what this process may use."""
        usable = sorted(os.sched_getaffinity(0))
        for name, core in cores.items():
            self._keep_to(name, {usable[core % len(usable)]})
        try:
            yield
        finally:
            for name in cores:
                self._keep_to(name, set(usable))

    def _keep_to(self, name: str, cores: set[int]) -> None:
        for thread in Path(f"/proc/{self.process(name)}/task").iterdir():
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(int(thread.name), cores)

    @contextlib.contextmanager
    def deaf(self, name: str) -> Iterator[None]:
        """Its connections to PostgreSQL stay, new ones too, and nothing comes through them: as over a network that swallows."""
        stopped: set[int] = set()
        over = threading.Event()

        def stop() -> None:
            while not over.wait(0.05):
                for (process,) in said_by(self.url, f"SELECT pid FROM pg_stat_activity WHERE application_name = '{name}'"):
                    if process not in stopped:
                        os.kill(process, signal.SIGSTOP)
                        stopped.add(process)

        stopping = threading.Thread(target=stop)
        stopping.start()
        try:
            yield
        finally:
            over.set()
            stopping.join()
            for process in stopped:
                os.kill(process, signal.SIGCONT)

    def close(self) -> None:
        for process in self._processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.postgres.close()

    # Asking

    def at(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def health(self, name: str) -> dict[str, Any]:
        return dict(asked(f"{self.at(name)}/api/health")[1])

    def search(self, name: str, question: str, seconds: float = 60) -> tuple[int, list[str]]:
        """(status, URLs found) by this server; `entrance` is nginx."""
        status, found = asked(f"{self.at(name)}/api/search", {"question": question, "k": 5}, seconds=seconds)
        return status, [hit["url"] for hit in found] if status == 200 else []

    def leader(self) -> str:
        """Which of the servers leads; waits for one."""
        leads: list[str] = []

        def known() -> bool:
            leads[:] = [name for name in WRITERS if name in self._processes and self.health(name)["role"] == "leader"]
            return bool(leads)

        waited(known, 20, "one leads")
        assert len(leads) == 1, leads
        return leads[0]

    def command(self, name: str, *arguments: str) -> subprocess.Popen[str]:
        """A command in the home of this server: `ingest.py …` or `-m app …`."""
        environment = {
            "DATELINE_HOME": str(self.folder / name),
            "DATELINE_CATALOG_URL": self.url,
            "DATELINE_CHROMA_URL": f"http://127.0.0.1:{self.ports['chroma']}",
            "DATELINE_EMBEDDING_MODEL": MODEL,
            "OMP_NUM_THREADS": "1",
        }
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ingest(self, name: str, file: Path) -> dict[str, Any]:
        """`ingest.py` in the home of this server; its report."""
        done = self.command(name, "ingest.py", str(file), "--json")
        out, err = done.communicate(timeout=600)
        assert done.returncode == 0, err
        return dict(json.loads(out))

    def counted(self, statement: str) -> int:
        return int(said_by(self.url, statement)[0][0])
