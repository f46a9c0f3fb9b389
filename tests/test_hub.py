"""A model that is named as a hub has it, with our own weights under that name: fetched once, then taken from this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from app.encoding import Encoder
from app.encoding.packaged import model_folder
from tests.cross_encoders import NLI, make_cross_encoder
from tests.hub_server import HubServer, hub_server

SENTENCE = "Work starts in March."


class Newcomer:
    """Runs programs as one whose machine holds nothing of this hub yet."""

    def __init__(self, folder: Path, hub: HubServer) -> None:
        names = {"DATELINE_HOME": str(folder / "home"), "DATELINE_LLM": "none", "HF_HOME": str(folder / "hub"), "HF_ENDPOINT": hub.address}
        self.environment = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"} | names

    def check(self, model: str, **more: str) -> subprocess.CompletedProcess[str]:
        names = {"DATELINE_SUPPORT_MODEL": model, "DATELINE_EMBEDDING_MODEL": "hashing", **more}
        pair = json.dumps({"source": "Work on the bridge starts in March.", "claim": "In March they go to work on the bridge."})
        return self._run("-m", "app", "check", "--json", input=pair, **names)

    def embed(self, model: str) -> subprocess.CompletedProcess[str]:
        code = (
            "from app.encoding import load_encoder; from app.settings import load_settings\n"
            f"print(load_encoder(load_settings()).encode([{SENTENCE!r}])[0][:4].round(3).tolist())"
        )
        return self._run("-c", code, DATELINE_EMBEDDING_MODEL=model)

    @staticmethod
    def shown(encoder: Encoder) -> list[float]:
        """What `embed` prints of this one."""
        return list(encoder.encode([SENTENCE])[0][:4].round(3).tolist())

    def _run(self, *command: str, input: str = "", **names: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, *command], input=input, env=self.environment | names, capture_output=True, text=True)


def test_a_support_model_is_fetched_by_its_name_once(tmp_path: Path) -> None:
    folder = make_cross_encoder(tmp_path / "model", NLI, always="neutral")
    with hub_server("someone/judge", folder) as hub:
        newcomer = Newcomer(tmp_path, hub)
        absent = newcomer.check("someone/else")
        (line,) = absent.stderr.strip().splitlines()
        assert absent.returncode == 2 and "someone/else cannot be fetched" in line and "DATELINE_SUPPORT_MODEL" in line

        first = newcomer.check("someone/judge")
        assert json.loads(first.stdout)["support"] < 0.1, first.stderr
        assert any(path.endswith("/model.safetensors") for path in hub.asked)
        hub.asked.clear()
        # Even where fetching is forbidden: what is here is enough.
        assert newcomer.check("someone/judge", HF_HUB_OFFLINE="1").stdout == first.stdout
        assert hub.asked == []


def test_an_embedding_model_is_fetched_by_its_name_once_and_is_the_one_of_that_name(tmp_path: Path, encoder: Encoder) -> None:
    with hub_server("someone/embedder", model_folder()) as hub:
        newcomer = Newcomer(tmp_path, hub)
        first = newcomer.embed("someone/embedder")
        assert first.stdout == f"{newcomer.shown(encoder)}\n" and hub.asked, first.stderr
        hub.asked.clear()
        assert newcomer.embed("someone/embedder").stdout == first.stdout
        assert hub.asked == []
