"""The models that the settings name: which they are, and whether their files are sound. Loads none, calls nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from app.doctor.finding import Finding
from app.encoding.hub import look_at
from app.errors import DatelineError, without_credentials
from app.installed import setup_again, setup_models
from app.settings import Settings


def examine_models(settings: Settings) -> list[Finding]:
    return [
        *_embedding_model(settings),
        _reader(settings),
        _support_model(settings),
        _reranker(settings),
        *_language_model(settings),
    ]


def _embedding_model(settings: Settings) -> Iterator[Finding]:
    if settings.embedding_url is not None:
        where = without_credentials(settings.embedding_url)
        what = f"embedding model {settings.embedding_model}, computed by {where}; it is not called by this check."
        yield Finding(level="ok", what=what)
        return
    if settings.embedding_model != "packaged":
        yield Finding(level="ok", what=f"embedding model {settings.embedding_model}; its weights are yours to check.")
        return
    from app.encoding.packaged import model_folder, verify_weights

    try:
        verify_weights(model_folder())
    except DatelineError as error:
        yield Finding(level="error", what=error.what, mend=setup_models())
    else:
        yield Finding(level="ok", what="embedding model all-MiniLM-L6-v2, weights as published.")


def _reader(settings: Settings) -> Finding:
    if settings.reader == "linear":
        return Finding(level="ok", what="the linear reader is set: sentences by likeness, no short answers.")
    from app.answering.readers.neural import WEIGHTS

    return _own_weights("the reader's", WEIGHTS)


def _own_weights(whose: str, path: Path) -> Finding:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "numpy") as weights:
            count = len(weights.keys())
    except (OSError, SafetensorError) as error:
        return Finding(level="error", what=f"{whose} weights {path} cannot be read: {error}", mend=setup_again())
    return Finding(level="ok", what=f"{whose} weights, {count} tensors.")


def _support_model(settings: Settings) -> Finding:
    if settings.support_model == "rules":
        return Finding(level="ok", what="no support model is set: a model's wording is checked by rules and likeness.")
    if settings.support_model == "packaged":
        from app.support.packaged_judge import WEIGHTS

        return _own_weights("the support model's", WEIGHTS)
    from app.support.hub_judge import SETTING, WHAT, verdicts_of

    return _cross_encoder(WHAT, SETTING, settings.support_model, verdicts_of)


def _reranker(settings: Settings) -> Finding:
    if settings.reranker == "off":
        return Finding(level="ok", what="no reranker is set: passages stand as words and vectors place them.")
    if settings.reranker == "packaged":
        from app.answering.readers.neural import WEIGHTS

        return _own_weights("the packaged reranker's (the reader's own)", WEIGHTS)
    from app.retrieval.hub_reranker import SETTING, WHAT, check_labels

    return _cross_encoder(WHAT, SETTING, settings.reranker, check_labels)


def _cross_encoder(what: str, setting: str, model: str, check: Callable[[Sequence[str]], object]) -> Finding:
    try:
        found = look_at(model)
        if found is None:
            later = f"{what} {model} is not on this machine: it is fetched from the hub when it is first used."
            return Finding(level="warning", what=later, mend=f"Start `serve` with a network once, or set {setting} to a folder.")
        check(found.labels)
    except DatelineError as error:
        return Finding(level="error", what=error.what, mend=error.do or f"Mend {setting}.")
    return Finding(level="ok", what=f"{what} {model}, {found.bytes / 1e6:.0f} MB of weights; they are yours to check.")


def _language_model(settings: Settings) -> Iterator[Finding]:
    kind, _, name = settings.llm.partition(":")
    if settings.llm == "none":
        yield Finding(level="ok", what="no language model is set: answers are the quotes themselves.")
    elif settings.llm == "smollm2":
        yield _smollm2()
    elif kind == "gguf":
        yield _gguf(Path(name))
    else:
        yield Finding(level="ok", what=f"language model {settings.llm}; it is not called by this check.")


def _smollm2() -> Finding:
    from app.answering.models import packaged_gguf, verify_gguf

    try:
        path = packaged_gguf()
        sound = verify_gguf(path)
    except (DatelineError, OSError) as error:
        return Finding(level="error", what=f"the packaged language model cannot be read: {error}", mend=setup_models())
    if not sound:
        return Finding(level="error", what=f"the language model {path} is not the file that was packaged.", mend=setup_models())
    return Finding(level="ok", what="language model SmolLM2-135M-Instruct, file as packaged.")


def _gguf(path: Path) -> Finding:
    try:
        with open(path, "rb") as file:
            magic = file.read(4)
    except OSError as error:
        return Finding(level="error", what=f"the language model {path} cannot be read: {error.strerror}.", mend="Mend DATELINE_LLM.")
    if magic != b"GGUF":
        return Finding(level="error", what=f"the language model {path} is no GGUF file.", mend="Mend DATELINE_LLM.")
    return Finding(level="ok", what=f"language model {path}.")
