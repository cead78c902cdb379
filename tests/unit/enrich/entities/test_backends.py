"""Other models behind ``find``: real small ones, a spaCy pipeline on disk and a network in ONNX form."""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
import spacy
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from service.cli.entities import entities as show
from service.enrich import enrich
from service.enrich.entities import check, find, supported, tagger_for
from service.errors import Misconfigured
from service.pipeline.options import Options
from service.pipeline.rehearsal import rehearse
from service.wire.article import Article
from service.wire.event import Provenance

LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-NORP")
WORDS = {
    word: label
    for label, words in (
        ("B-PER", "Omar Salt"),
        ("I-PER", "##eri Haddad"),
        ("B-ORG", "Northern"),
        ("I-ORG", "Grain Board"),
        ("B-LOC", "Oran بالقاهرة وسوريا باريس"),
        ("B-NORP", "Greek"),
        ("O", "The the ' s in visited . وصل إلى"),
    )
    for word in words.split()
}


def network(folder: Path, *, longest: int = 64, token_types: bool = True) -> str:
    """Write a network that gives each token the label of its word, as exporters write one; return the backend."""
    vocabulary = {word: at for at, word in enumerate(("[UNK]", "[CLS]", "[SEP]", *WORDS))}
    table = np.zeros((len(vocabulary), len(LABELS)), "f4")
    table[:, 0] = 1
    for word, label in WORDS.items():
        table[vocabulary[word], LABELS.index(label)] += 2
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if token_types else [])]
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["scores"])]
    unused = [helper.make_node("Identity", [name], [f"{name}_read"]) for name in names[1:]]
    graph = helper.make_graph(
        nodes + unused,
        "labels",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in names],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", "tokens", len(LABELS)])],
        [numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    folder.mkdir(exist_ok=True)
    onnx.save(model, folder / "model.onnx")
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"id2label": {str(at): label for at, label in enumerate(LABELS)}, "max_position_embeddings": longest}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return f"onnx:{folder}"


def pipeline(folder: Path, language: str = "en") -> str:
    nlp = spacy.blank(language)
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(  # type: ignore[attr-defined]
        [
            {"label": "PERSON", "pattern": "Omar Haddad"},
            {"label": "GPE", "pattern": "Oran"},
            {"label": "ORG", "pattern": "the Northern Grain Board"},
            {"label": "NORP", "pattern": "Greek"},
            {"label": "EVENT", "pattern": "Harvest Cup"},
        ]
    )
    nlp.to_disk(folder)
    return f"spacy:{folder}"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a pipeline with a recogniser of its own, trained on three sentences until it knows them."""
    from spacy.training import Example  # noqa: PLC0415 - heavy
    from thinc.api import fix_random_seed  # noqa: PLC0415

    fix_random_seed(7)
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")
    told = [
        ("Omar Haddad visited Oran.", [(0, 11, "PERSON"), (20, 24, "GPE")]),
        ("Oran was calm.", [(0, 4, "GPE")]),
        ("They met Omar Haddad.", [(9, 20, "PERSON")]),
    ]
    examples = [Example.from_dict(nlp.make_doc(text), {"entities": spans}) for text, spans in told]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(30):
        nlp.update(examples, sgd=optimizer)
    folder = tmp_path_factory.mktemp("trained")
    nlp.to_disk(folder)
    return f"spacy:{folder}"


def names(text: str, backend: str, language: str = "en") -> list[tuple[str, str]]:
    found = find(text, language=language, backend=backend)
    assert all(text[m.start : m.end] == m.text for m in found)
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))
    return [(m.text, m.type.value) for m in found]


# -- spaCy


def test_a_spacy_ruler_gives_our_types_and_boundaries(tmp_path: Path) -> None:
    text = "Omar Haddad joined the Northern Grain Board.\n\nGreek and other teams left Oran's Harvest Cup."
    assert names(text, pipeline(tmp_path)) == [
        ("Omar Haddad", "PER"),
        ("Northern Grain Board", "ORG"),
        ("Oran", "LOC"),
        ("Harvest Cup", "MISC"),
    ]


def test_a_trained_spacy_recogniser_is_asked(trained: str) -> None:
    assert names("Omar Haddad visited Oran.", trained) == [("Omar Haddad", "PER"), ("Oran", "LOC")]


def test_a_line_longer_than_spacy_takes_is_cut_between_words(tmp_path: Path) -> None:
    text = "Omar Haddad went to Oran " * 2000
    assert len(names(text, pipeline(tmp_path))) == 4000


def test_a_spacy_pipeline_is_for_its_own_language(tmp_path: Path) -> None:
    backend = pipeline(tmp_path)
    assert tagger_for("ar", backend) is None
    assert names("وصل محمد علوش", backend, "ar") == [("محمد علوش", "PER")]
    with pytest.raises(Misconfigured, match="for 'en', not for 'ar'"):
        check(f"ar={backend}")


def test_a_multilingual_spacy_pipeline_is_for_all(tmp_path: Path) -> None:
    assert supported("fr", backend=pipeline(tmp_path, "xx"))


def test_a_spacy_pipeline_without_a_component_for_names_is_refused(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path)
    with pytest.raises(Misconfigured, match="neither ner nor entity_ruler"):
        check(f"spacy:{tmp_path}")


def test_a_spacy_pipeline_that_is_not_there_is_refused() -> None:
    with pytest.raises(Misconfigured, match="cannot load the spaCy pipeline no_such_pipeline"):
        check("spacy:no_such_pipeline")


# -- ONNX


@pytest.mark.parametrize("token_types", [True, False], ids=["bert", "no-token-types"])
def test_an_onnx_network_gives_our_types_and_boundaries(tmp_path: Path, token_types: bool) -> None:  # noqa: FBT001
    text = "Omar Haddad visited the Northern Grain Board in Oran.\nGreek Salteri's Oran"
    assert names(text, network(tmp_path, token_types=token_types)) == [
        ("Omar Haddad", "PER"),
        ("Northern Grain Board", "ORG"),
        ("Oran", "LOC"),
        ("Salteri", "PER"),
        ("Oran", "LOC"),
    ]


def test_clitics_of_a_network_s_arabic_names_are_left_out(tmp_path: Path) -> None:
    text = "وصل إلى باريس وسوريا بالقاهرة"
    assert names(text, network(tmp_path), "ar") == [("باريس", "LOC"), ("سوريا", "LOC"), ("القاهرة", "LOC")]


@pytest.mark.parametrize("before", range(9))
def test_a_text_longer_than_the_network_reads_loses_no_name(tmp_path: Path, before: int) -> None:
    text = "visited " * before + "Omar Haddad visited the Northern Grain Board in Oran. " * 20
    found = names(text, network(tmp_path, longest=24))
    assert found == [("Omar Haddad", "PER"), ("Northern Grain Board", "ORG"), ("Oran", "LOC")] * 20


def test_words_of_many_tokens_lose_no_name_at_the_windows_ends(tmp_path: Path) -> None:
    assert names("Salteri " * 60, network(tmp_path, longest=16)) == [("Salteri", "PER")] * 60


@pytest.mark.parametrize("text", ["", " \n\n ", "…", "x" * 5000])
def test_texts_without_names_give_none(tmp_path: Path, text: str) -> None:
    assert names(text, network(tmp_path)) == []


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    backend = network(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(Misconfigured, match=f"has no {missing}"):
        check(backend)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("config.json", "{}", "no id2label"),
        ("config.json", "{", "no id2label"),
        ("model.onnx", "no network", "cannot load the ONNX model"),
        ("tokenizer.json", "{}", "cannot load the ONNX model"),
    ],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, file: str, content: str, said: str) -> None:
    backend = network(tmp_path)
    (tmp_path / file).write_text(content, encoding="utf-8")
    with pytest.raises(Misconfigured, match=said):
        check(backend)


# -- the choice


@pytest.mark.parametrize(("kind", "library"), [("spacy", "spacy"), ("onnx", "onnxruntime"), ("onnx", "tokenizers")])
def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, library: str) -> None:
    backend = pipeline(tmp_path) if kind == "spacy" else network(tmp_path)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(Misconfigured, match=rf"install khabar\[{kind}\]"):
        check(backend)


@pytest.mark.parametrize("text", ["bert", "spacy:", "onnx", "english=spacy:x", "en=", "spacy:a b"])
def test_what_is_no_choice_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match="no entity backend"):
        check(text)


def test_a_choice_may_differ_by_language(tmp_path: Path) -> None:
    choice = f"en=builtin,ar={network(tmp_path)}"
    assert names("They flew to Damascus.", choice) == [("Damascus", "LOC")]
    assert names("وصل محمد علوش بالقاهرة", choice, "ar") == [("القاهرة", "LOC")]


def test_a_language_that_only_the_backend_speaks_is_supported(tmp_path: Path) -> None:
    backend = network(tmp_path)
    assert supported("fr-CA", backend=f"fr={backend}")
    assert not supported("fr", backend=f"en={backend}")
    assert names("Omar Haddad visited Oran", f"fr={backend}", "fr") == [("Omar Haddad", "PER"), ("Oran", "LOC")]


def test_an_event_names_the_model_that_found_its_names(tmp_path: Path) -> None:
    origin = Provenance(dialect="text", topic="t", partition=0, offset=1, record_time=5, pipeline_version="1")
    article = Article(language="en", text="Omar Haddad visited Oran.", provenance=origin)
    found = enrich(article, entity_backend=network(tmp_path / "grain"))
    assert found.models == {"entities": "onnx:grain"}
    assert [(entity.name, entity.type.value) for entity in found.entities or ()] == [
        ("Omar Haddad", "PER"),
        ("Oran", "LOC"),
    ]


def test_a_start_with_a_model_that_is_not_there_ends_with_its_name() -> None:
    with pytest.raises(Misconfigured, match="cannot load the spaCy pipeline no_such"):
        rehearse(Options(entity_backend="spacy:no_such"))
    rehearse(Options(entity_backend="spacy:no_such"), enriching=False)


def test_the_command_takes_a_backend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show("Omar Haddad visited Oran", language="en", backend=network(tmp_path), json=False)
    assert "Omar Haddad" in capsys.readouterr().out.splitlines()[2]
