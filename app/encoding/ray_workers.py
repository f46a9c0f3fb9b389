"""An encoder whose texts are embedded by workers of Ray: on this machine, or on a cluster that is there. They compute and write nothing."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from app.encoding.encoder import Encoder, Vectors, normalised
from app.encoding.load import load_encoder
from app.errors import DatelineError, Unavailable, first_line
from app.settings import Settings

LOCAL = "local"
CHUNK = 32
"""Texts that a worker is given at once: under a second of the packaged model."""
CHUNKS = 4
"""For each worker between two commits of the owner, who waits for the slowest."""
RESTARTS = 10
"""Of one worker. What it was computing is computed again by its successor."""
LOOPBACK = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
"""Where it is 0 Ray's processes listen on loopback alone, on Linux too."""
SHUT = {
    **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
    **dict.fromkeys(("no_proxy", "NO_PROXY"), "127.0.0.1,localhost"),
}
"""Where Ray starts its own processes: one of them asks three clouds whether it is theirs, whatever its use reports are set to. This leads
nowhere."""
ROOT = Path(__file__).parents[2]


class Worker:
    """In a process of its own, which Ray starts and watches."""

    def __init__(self, settings: Settings) -> None:
        self._computed = 0
        self._encoder: Encoder | None = None
        self._trouble = ""
        try:
            self._encoder = load_encoder(settings)
        except DatelineError as error:
            self._trouble = str(error)

    def describe(self) -> dict[str, Any]:
        """Its process, what it computes with and how many texts it has computed; or what is in the way."""
        told: dict[str, Any] = {"pid": os.getpid(), "computed": self._computed, "trouble": self._trouble}
        return told | ({"name": self._encoder.name, "dimension": self._encoder.dimension} if self._encoder else {})

    def encode(self, texts: list[str]) -> Vectors:
        assert self._encoder is not None
        vectors = self._encoder.encode(texts)
        self._computed += len(texts)
        return vectors


class RayEncoder:
    """The same vectors as `load_encoder` gives, by `workers` processes. Close it, or use it in a `with` block."""

    def __init__(self, settings: Settings, address: str, workers: int) -> None:
        """`address`: of a Ray cluster whose machines have Dateline installed, or "local" for processes of this machine alone.

        Raises DatelineError if Ray is not installed, the cluster does not answer, or its workers cannot load one and the same model.
        """
        # Ray reports its use to its makers unless told not to, and that before it is imported.
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        if address == LOCAL:
            os.environ[LOOPBACK] = "0"
        try:
            self._ray: Any = importlib.import_module("ray")
            pool: Any = importlib.import_module("ray.util").ActorPool
        except ImportError as error:
            mend = "Run: pip install -r requirements-ray.txt -c constraints.txt"
            raise DatelineError(f"Ray cannot be used: {error}.", mend) from None
        cores = os.cpu_count() or 1
        try:
            self._start(address, max(workers, cores))
            options = {
                # As many threads as a worker is given cores: on this machine they share them all.
                "num_cpus": max(1, cores // workers) if address == LOCAL else 1,
                "max_restarts": RESTARTS,
                "max_task_retries": -1,
            }
            remote = self._ray.remote(Worker).options(**options)
            # Keys of other servers and the password stay here.
            lent = settings.model_copy(update={"password": None, "llm_api_key": None})
            self._workers = [remote.remote(lent) for _ in range(workers)]
            told = self.describe()
        except Exception as error:  # Ray has some dozens, its runtime's C++ errors among them
            self.close()
            what = "Ray cannot start workers here" if address == LOCAL else f"the Ray cluster {address} does not give workers"
            raise DatelineError(f"{what}: {first_line(error)}.", "See `ray status`.") from None
        if trouble := next((one["trouble"] for one in told if one["trouble"]), ""):
            self.close()
            raise DatelineError(f"a worker of Ray cannot embed: {trouble}")
        names = sorted({one["name"] for one in told})
        if len(names) != 1:
            self.close()
            raise DatelineError(
                f"the workers of Ray compute in unlike ways ({', '.join(names)}), whose vectors cannot be compared.",
                "Use machines with processors of one kind.",
            )
        self.name: str = names[0]
        self.dimension: int = told[0]["dimension"]
        self.together = workers * CHUNK * CHUNKS
        self._pool = pool(self._workers)

    def _start(self, address: str, cores: int) -> None:
        quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR", "configure_logging": False}
        if address != LOCAL:
            self._ray.init(address=address, **quiet)
            return
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        before = {name: os.environ.get(name) for name in SHUT}
        lent = {"PYTHONPATH": path} | {name: value or "" for name, value in before.items()}
        os.environ.update(SHUT)
        try:
            self._ray.init(address=LOCAL, include_dashboard=False, num_cpus=cores, num_gpus=0, runtime_env={"env_vars": lent}, **quiet)
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value

    def describe(self) -> list[dict[str, Any]]:
        """What each worker says of itself."""
        told: list[dict[str, Any]] = self._ray.get([one.describe.remote() for one in self._workers])
        return told

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Each text once, however often it stands there. Raises Unavailable if the workers end and cannot be started again."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        once = list(dict.fromkeys(texts))
        chunks = [once[start : start + CHUNK] for start in range(0, len(once), CHUNK)]
        try:
            made = list(self._pool.map(lambda worker, chunk: worker.encode.remote(chunk), chunks))
        except Exception as error:
            raise Unavailable(f"the workers of Ray have ended: {first_line(error)}.", "Run it again: what was computed is kept.") from None
        place = {text: number for number, text in enumerate(once)}
        return normalised(np.concatenate(made)[[place[text] for text in texts]])

    def close(self) -> None:
        """End the workers, and Ray where it was started for them."""
        self._ray.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
