"""Every setting of Dateline, typed and described. Read once by a command and handed down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import DatelineError

PREFIX = "DATELINE_"


class Settings(BaseSettings):
    """Set as `DATELINE_<NAME>` in the environment or in `.env` of the working folder."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(Path(".dateline"), description="Folder for everything that Dateline writes.")
    llm: str = Field(
        "none",
        description="Language model that words answers: none (default: quotes alone), smollm2 (packaged), gguf:PATH, openai:NAME with "
        "DATELINE_LLM_BASE_URL for any compatible server, ollama:NAME, or provider:NAME as LangChain knows it.",
    )
    llm_base_url: str | None = Field(None, description="Base URL of an OpenAI-compatible server, such as http://127.0.0.1:11434/v1.")
    llm_api_key: SecretStr | None = Field(None, description="Key for that server or provider.")
    llm_timeout: float = Field(60.0, gt=0, le=600, description="Seconds after which an answer is finished from the quotes.")
    reader: Literal["neural", "linear"] = Field("neural", description="neural (the words that answer), or linear (like sentences).")
    embedding_model: str = Field(
        "packaged",
        description="packaged (all-MiniLM-L6-v2), or a sentence-transformers name or path; with DATELINE_EMBEDDING_URL the name that the "
        "server knows.",
    )
    embedding_url: str | None = Field(
        None, description="Base URL of an OpenAI-compatible server that computes embeddings, such as http://127.0.0.1:8080/v1."
    )
    embedding_api_key: SecretStr | None = Field(None, description="Key for that server.")
    embedding_timeout: float = Field(
        60.0, gt=0, le=600, description="Seconds after which a batch that it computes is given up; a question waits for five at most."
    )
    support_model: str = Field(
        "packaged",
        min_length=1,
        description="What judges a language model's wording beside the rules: packaged (Dateline's own), rules (nothing), or folder or hub "
        "name of a cross-encoder for inference (NLI) or fact checking.",
    )
    reranker: str = Field(
        "off",
        min_length=1,
        description="What reads the first passages with the question: packaged, off, or folder or hub name of a cross-encoder.",
    )
    catalog_url: SecretStr | None = Field(
        None, description="A PostgreSQL database for the record, postgresql://USER@HOST:PORT/NAME; else it is a file in the home."
    )
    chroma_url: str | None = Field(None, description="A Chroma server, such as http://127.0.0.1:8000; else Chroma runs inside.")
    chroma_collection: str = Field(
        "dateline-passages",
        pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._-]{1,500}[a-zA-Z0-9]$",
        description="Collection of that server with this archive's vectors; each archive on it needs one of its own.",
    )
    chroma_passages: int = Field(
        300_000,
        ge=0,
        description="Passages up to which the Chroma inside is filled: its graph lies in memory, about 2 kB a passage. The vectors of a "
        "larger home are in the matrix alone, which then answers every question. A server (DATELINE_CHROMA_URL) is always filled.",
    )
    replica: bool = Field(False, description="`serve` answers and never writes articles; it needs a catalog and a Chroma server of others.")
    behind_seconds: float = Field(
        30.0, ge=3, le=86_400, description="How far a home may be behind a catalog in PostgreSQL; farther, `serve` answers 503."
    )
    read_seconds: float = Field(20.0, gt=0, le=3600, description="Seconds after which a file that is being read is given up.")
    fetch_seconds: float = Field(30.0, gt=0, le=600, description="Seconds after which a page that is being fetched is given up.")
    fetch_mb: float = Field(20.0, gt=0, le=500, description="Millions of bytes that a fetched page or feed may have, unpacked.")
    fetch_pause: float = Field(1.0, ge=0, le=60, description="Seconds between two requests to a host; its robots.txt may ask for more.")
    fetch_private: bool = Field(
        False, description="Fetch from this machine, private networks and other addresses that are not of the public web, too."
    )
    fetch_elsewhere: bool = Field(False, description="Fetch the pages that a feed links to on other sites than its own, too.")
    sitemap_pages: int = Field(1_000, ge=1, le=100_000, description="Pages of a sitemap that one run fetches at most; the next goes on.")
    watch: bool = Field(True, description="Whether `serve` looks after what is followed (`python -m app feeds`).")
    watch_minutes: float = Field(15.0, ge=1, le=1440, description="Minutes between two looks at a place that is followed, about.")
    host: str = Field("127.0.0.1", description="Address that `serve` listens on; beyond loopback it needs DATELINE_PASSWORD.")
    port: int = Field(7860, ge=1, le=65_535, description="Port that `serve` listens on.")
    request_seconds: float = Field(15.0, gt=0, le=600, description="Seconds within which a connection must have sent its request.")
    connections: int = Field(256, ge=8, le=10_000, description="Connections at once; one more takes the place of the longest idle.")
    password: SecretStr | None = Field(None, description="Guards page and API (user name: dateline).")
    history: bool = Field(True, description="Keep what is asked on the page in the home; off: nothing outlives the tab.")
    strict: bool = Field(True, description="Replace a model's unsupported sentence by the quote; false: show it, marked.")
    abstain_below: float | None = Field(
        None, ge=0, le=1, description="Confidence under which it abstains; unset: the calibrated one; 0: never."
    )


def load_settings(**changes: Any) -> Settings:
    """Read environment and `.env`. Raises DatelineError for an unknown DATELINE_ name or a bad value."""
    from dotenv import dotenv_values

    in_file = dotenv_values(".env") if Path(".env").is_file() else {}
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in (*os.environ, *in_file):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            where = "the environment" if name in os.environ else ".env"
            raise DatelineError(f"unknown setting {name} in {where}.", f"Known: {', '.join(sorted(known))}.")
    for name, value in in_file.items():
        # Other names are the providers' own (OPENAI_API_KEY …): their libraries read the environment.
        if value is not None and not name.upper().startswith(PREFIX):
            os.environ.setdefault(name, value)
    try:
        return Settings(**{key: value for key, value in changes.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise DatelineError(f"{name}: {first['msg'].lower()} (got {first['input']!r}).", "Mend it and run again.") from None
