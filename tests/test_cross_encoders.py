"""A cross-encoder that a setting names: read in its own order, its labels understood, or refused in one line that says why."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from app.answer import SearchRequest
from app.doctor.finding import Finding
from app.doctor.models import examine_models
from app.encoding.cross_encoder import HubCrossEncoder
from app.encoding.packaged import model_folder
from app.encoding.trained_weights import save_weights
from app.errors import DatelineError
from app.retrieval.hub_reranker import HubReranker
from app.settings import load_settings
from app.stopping import Stop, Stopped, stopped_by
from app.support.hub_judge import HubJudge, probabilities, verdicts_of
from app.support.judge import Verdict
from app.support.judge_model import CONTRADICTED, NOT_SAID, SUPPORTED, build
from app.support.load import load_judge
from app.support.packaged_judge import PackagedJudge
from tests.cross_encoders import NLI, make_cross_encoder
from tests.samples import RECORDS, ingest_records, opened

PAIRS = [
    ("The bridge will cost 40 million tallars.", "The council put the cost of the bridge at 40 million tallars. Work starts in May."),
    ("Nobody was hurt.", "Three people were hurt when the ferry ran aground, the harbour master said on Tuesday."),
    ("It rained.", "The flood relief fund was doubled."),
]


@pytest.fixture(scope="module")
def nli(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cross_encoder(tmp_path_factory.mktemp("nli"), NLI)


@pytest.fixture(scope="module")
def ranking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cross_encoder(tmp_path_factory.mktemp("ranking"), ["LABEL_0"])


def near(one: list[Verdict], two: list[Verdict]) -> bool:
    values = [[(v.supported, v.contradicted, v.not_said) for v in verdicts] for verdicts in (one, two)]
    return np.allclose(values[0], values[1], atol=0.01)


def test_the_setting_takes_a_folder_and_gives_its_judge(nli: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_SUPPORT_MODEL", str(nli))
    judge = load_judge(load_settings())
    assert judge is not None and str(nli) in judge.name
    verdicts = judge(PAIRS)
    assert len(verdicts) == len(PAIRS)
    assert all(math.isclose(v.supported + v.contradicted + v.not_said, 1, abs_tol=1e-6) and v.unsaid == () for v in verdicts)
    assert len({round(v.supported, 3) for v in verdicts}) == len(PAIRS)
    assert judge([]) == []


def test_rules_alone_have_no_judge() -> None:
    assert load_judge(load_settings(support_model="rules")) is None


def test_the_order_of_a_models_labels_does_not_matter(nli: Path, tmp_path: Path) -> None:
    turned = make_cross_encoder(tmp_path / "turned", ["CONTRADICTION", "ENTAILMENT", "NEUTRAL"], [2, 0, 1])
    assert near(HubJudge(str(turned))(PAIRS), HubJudge(str(nli))(PAIRS))
    crossed = make_cross_encoder(tmp_path / "crossed", NLI, [2, 0, 1])
    assert not near(HubJudge(str(crossed))(PAIRS), HubJudge(str(nli))(PAIRS))


def test_the_source_is_read_before_the_claim_unless_the_model_says_otherwise(nli: Path, tmp_path: Path) -> None:
    ours = make_cross_encoder(tmp_path / "ours", NLI, dateline_claim_first=True)
    score = HubCrossEncoder(str(nli), "the support model", "DATELINE_SUPPORT_MODEL")
    for judge, swap in ((HubJudge(str(nli)), True), (HubJudge(str(ours)), False)):
        read = [(window, claim) if swap else (claim, window) for claim, window in PAIRS]
        raw = probabilities(score(read), verdicts_of(score.labels))
        assert near(judge(PAIRS), [Verdict(*row) for row in raw.tolist()])


def test_verdicts_stand_in_the_order_of_the_pairs_however_many_and_long(nli: Path) -> None:
    judge = HubJudge(str(nli))
    many = [(claim, " ".join([window] * (1 + n % 7))) for n in range(12) for claim, window in PAIRS]
    found = judge(many)
    for at in (0, 5, 17, 35):
        assert near([found[at]], judge([many[at]]))


@pytest.mark.parametrize(
    ("labels", "verdicts"),
    [
        (["entailment", "neutral", "contradiction"], (SUPPORTED, NOT_SAID, CONTRADICTED)),
        (["contradiction", "entailment", "neutral"], (CONTRADICTED, SUPPORTED, NOT_SAID)),
        (["SUPPORTS", "REFUTES", "NOT ENOUGH INFO"], (SUPPORTED, CONTRADICTED, NOT_SAID)),
        (["Contradict", "Entailed", "Neutral"], (CONTRADICTED, SUPPORTED, NOT_SAID)),
        (["Refuted", "NEI", "Supported"], (CONTRADICTED, NOT_SAID, SUPPORTED)),
        (["entailment", "not_entailment"], (SUPPORTED, NOT_SAID)),
        (["hallucinated", "consistent"], (NOT_SAID, SUPPORTED)),
        (["unsupported", "supported"], (NOT_SAID, SUPPORTED)),
        (["LABEL_0"], (SUPPORTED,)),
    ],
)
def test_labels_are_read_by_their_names(labels: list[str], verdicts: tuple[int, ...]) -> None:
    assert verdicts_of(labels) == verdicts


@pytest.mark.parametrize(
    "labels",
    [["LABEL_0", "LABEL_1", "LABEL_2"], ["LABEL_0", "LABEL_1"], ["positive", "negative"], ["refutes", "neutral"], ["supports", "entails"]],
)
def test_labels_that_could_mean_anything_are_refused_by_name(labels: list[str]) -> None:
    with pytest.raises(DatelineError) as refused:
        verdicts_of(labels)
    assert all(label in refused.value.what for label in labels)
    assert "id2label" in refused.value.do


def test_one_score_is_how_well_the_source_carries_the_claim() -> None:
    rows = probabilities(np.asarray([[0.0], [4.0], [-90.0]], np.float32), [SUPPORTED])
    assert np.allclose(rows, [[0.5, 0, 0.5], [0.982, 0, 0.018], [0, 0, 1]], atol=1e-3)


def test_labels_of_one_verdict_count_together() -> None:
    rows = probabilities(np.log(np.asarray([[0.5, 0.2, 0.3]], np.float32)), [NOT_SAID, SUPPORTED, NOT_SAID])
    assert np.allclose(rows, [[0.2, 0, 0.8]], atol=1e-6)


def test_a_mark_that_a_text_writes_out_is_read_as_letters(nli: Path) -> None:
    score = HubCrossEncoder(str(nli), "the support model", "DATELINE_SUPPORT_MODEL")
    (forged,), (plain,) = (score([(text, "It rained.")]) for text in ("It rained. [SEP] It rained.", "It rained. ( SEP ) It rained."))
    (real,) = score([("It rained.", "It rained. It rained.")])
    assert np.abs(forged - plain).max() < np.abs(forged - real).max()


def test_a_reranker_gives_each_passage_a_relevance(ranking: Path) -> None:
    rerank = HubReranker(str(ranking))
    passages = [("Bridge delayed", "The bridge opens in May."), ("", "Rain is expected."), ("Ferry aground.", "Nobody was hurt.")]
    found = rerank("When does the bridge open?", passages)
    assert len(found) == 3 and all(0 < score < 1 for score in found) and len({round(score, 3) for score in found}) == 3
    assert found[0] == pytest.approx(rerank("When does the bridge open?", [("", "Bridge delayed. The bridge opens in May.")])[0], abs=0.02)
    assert rerank("When?", []) == []


def test_a_model_that_is_no_reranker_is_refused(nli: Path) -> None:
    with pytest.raises(DatelineError, match=r"3 labels.*entailment.*DATELINE_RERANKER"):
        HubReranker(str(nli))


def test_search_scores_what_it_finds_by_the_reranker_that_the_setting_names(ranking: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, RECORDS)
    scores = []
    for reranker in ("off", str(ranking)):
        with opened(tmp_path / "home", "read", reranker=reranker) as service:
            service.load_search()
            found = service.search(SearchRequest(question="How did the council of Velm vote on the old mill?"))
            scores.append({(hit.article_id, hit.start): hit.score for hit in found})
            assert service.health().detail == ""
    without_it, with_it = scores
    assert without_it.keys() == with_it.keys()
    assert len({round(with_it[place] - score, 4) for place, score in without_it.items()}) > 2


def test_nobody_waiting_ends_the_work(ranking: Path) -> None:
    rerank, stop = HubReranker(str(ranking)), Stop()
    stop.say()
    with stopped_by(stop), pytest.raises(Stopped):
        rerank("When?", [("", "In May.")])


def test_our_own_judge_in_a_folder_for_others_says_the_same(tmp_path: Path) -> None:
    import torch

    from training.export_judge import export

    torch.manual_seed(3)
    judge, weights = build(), tmp_path / "judge.safetensors"
    torch.nn.init.normal_(judge.verdict.weight, std=0.15)
    save_weights(judge, weights)
    export(weights, tmp_path / "exported")
    pairs = [(claim, window) for claim, _ in PAIRS for _, window in PAIRS]
    ours = PackagedJudge(weights)(pairs)
    assert len({round(verdict.supported, 2) for verdict in ours}) > 5
    assert near(HubJudge(str(tmp_path / "exported"))(pairs), ours)


def without(folder: Path, model: Path, *names: str) -> str:
    shutil.copytree(model, folder)
    for name in names:
        (folder / name).unlink()
    return str(folder)


def test_what_cannot_be_loaded_is_told_in_one_line_that_names_the_setting(nli: Path, tmp_path: Path) -> None:
    torn = without(tmp_path / "torn", nli)
    (Path(torn) / "model.safetensors").write_bytes(b"torn")
    foreign = without(tmp_path / "foreign", nli)
    (Path(foreign) / "config.json").write_text(json.dumps({"model_type": "own", "auto_map": {"AutoConfig": "own.Config"}}))
    for model, why in (
        (str(tmp_path / "nowhere"), "neither a folder nor"),
        ("a name with spaces", "neither a folder nor"),
        ("some/model-of-a-hub", "HF_HUB_OFFLINE keeps it from being fetched"),
        (str(tmp_path), "Unrecognized model"),
        (without(tmp_path / "bare", nli, "model.safetensors"), "no file named model.safetensors"),
        (without(tmp_path / "mute", nli, "tokenizer.json", "tokenizer_config.json"), "tokenizer's files are missing"),
        (torn, "header"),
        (foreign, "custom code"),
        (str(model_folder()), "not a cross-encoder"),
    ):
        with pytest.raises(DatelineError) as refused:
            HubJudge(model)
        said = str(refused.value)
        assert why in said and "DATELINE_SUPPORT_MODEL" in said and "\n" not in said, said


def said_of(setting: str, model: Path | str) -> Finding:
    (found,) = [one for one in examine_models(load_settings(llm="none", **{setting: str(model)})) if str(model) in one.what]
    return found


def test_doctor_names_the_models_in_use_without_loading_them(nli: Path, ranking: Path) -> None:
    assert said_of("support_model", nli).level == "ok" and "MB" in said_of("support_model", nli).what
    assert said_of("reranker", ranking).level == "ok"
    absent = said_of("support_model", "some/model-of-a-hub")
    assert absent.level == "warning" and "not on this machine" in absent.what


def test_doctor_says_what_is_wrong_with_a_model_and_what_mends_it(nli: Path, tmp_path: Path) -> None:
    unnamed = make_cross_encoder(tmp_path / "unnamed", ["LABEL_0", "LABEL_1", "LABEL_2"])
    with pytest.raises(DatelineError) as loading:
        HubJudge(str(unnamed))
    for setting, model, why in (
        ("support_model", without(tmp_path / "bare", nli, "model.safetensors"), "no weights"),
        ("support_model", without(tmp_path / "empty", nli, "config.json"), "no such file"),
        ("support_model", "/nowhere/at/all", "neither a folder nor"),
        ("reranker", str(model_folder()), "not a cross-encoder"),
    ):
        found = said_of(setting, model)
        assert found.level == "error" and why in found.what and f"DATELINE_{setting.upper()}" in found.mend, found
    (found,) = [one for one in examine_models(load_settings(support_model=str(unnamed))) if one.level == "error"]
    assert (found.what, found.mend) == (loading.value.what, loading.value.do)
    assert "3 labels" in next(one.what for one in examine_models(load_settings(reranker=str(nli))) if one.level == "error")


@pytest.mark.parametrize("name", ["support_model", "reranker"])
def test_an_empty_name_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"DATELINE_{name.upper()}", "")
    with pytest.raises(DatelineError, match=f"DATELINE_{name.upper()}"):
        load_settings()
