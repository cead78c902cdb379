"""Names by a network for token classification in ONNX form (extra ``onnx``).

The folder is what exporters write: ``model.onnx``, ``tokenizer.json`` (Hugging Face tokenizers) and ``config.json``
with ``id2label`` (``B-PER``, ``I-PER`` … ``O``) and, where the network bounds it, ``max_position_embeddings``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from service.errors import Misconfigured

_PARAGRAPH = re.compile(r"[^\n]{1,20000}(?!\S)|[^\n]{1,20000}")
_LONGEST = 512
"""Tokens that a network reads at once, at most."""
_SPECIAL = 4
"""Positions that tokenizers and networks keep for themselves, at most."""
_LABEL = re.compile(r"^(?:([BIESLU])[-_])?(.*)$")
_BEGINNINGS = frozenset("BSU")
"""What marks the first word of a name in the schemes BIO, BIOES and BILOU."""
_FILES = ("model.onnx", "tokenizer.json", "config.json")


class _Piece(NamedTuple):
    """A word of the tokenizer with the network's label for it; offsets in the text."""

    start: int
    end: int
    label: str


class OnnxTagger:
    """A loaded network with its tokenizer and labels."""

    language = None

    def __init__(self, name: str, session: Any, tokenizer: Any, labels: Sequence[str], longest: int) -> None:
        self.name = name
        self._session = session
        self._inputs = {field.name for field in session.get_inputs()}
        self._labels = labels
        self._overlap = longest // 4
        self._tokenizer = tokenizer
        tokenizer.no_padding()
        tokenizer.enable_truncation(longest, stride=self._overlap)

    def label(self, text: str) -> list[tuple[int, int, str]]:
        """Return labelled stretches (start, end, label) in the order of the text, not overlapping."""
        return [
            stretch for match in _PARAGRAPH.finditer(text) for stretch in _stretches(self._pieces(match), match.start())
        ]

    def _pieces(self, paragraph: re.Match[str]) -> Iterator[_Piece]:
        """Yield the labelled words of a paragraph.

        Of what two windows read, each gets the half that lies deeper inside it: names at an end are seen half.
        """
        encoding = self._tokenizer.encode(paragraph.group())
        done = 0
        windows = [encoding, *encoding.overflowing]
        for left, window in zip(range(len(windows) - 1, -1, -1), windows, strict=True):
            until = len(paragraph.group())
            if left:
                offsets = [at for at, number in zip(window.offsets, window.word_ids, strict=True) if number is not None]
                until = offsets[-(self._overlap // 2) - 1][0]
            for piece in self._window(window):
                if done <= piece.start < until:
                    yield piece
                    done = piece.end

    def _window(self, encoding: Any) -> Iterator[_Piece]:
        """Yield the words of one window; a word's label is that of its first token."""
        given = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        feed = {name: np.array([values], np.int64) for name, values in given.items() if name in self._inputs}
        best = self._session.run(None, feed)[0][0].argmax(-1).tolist()
        start = end = 0
        word, label = None, "O"
        for number, (first, last), found in zip(encoding.word_ids, encoding.offsets, best, strict=True):
            if number is None or first == last:
                continue
            if number == word:
                end = last
                continue
            if word is not None:
                yield _Piece(start, end, label)
            word, start, end, label = number, first, last, self._labels[found]
        if word is not None:
            yield _Piece(start, end, label)


def _stretches(pieces: Iterator[_Piece], shift: int) -> Iterator[tuple[int, int, str]]:
    """Yield the labelled stretches: ``B-`` begins one, ``I-`` of the same kind, or the same bare label, goes on."""
    start = end = 0
    kind = ""
    for piece in pieces:
        part, found = _LABEL.findall(piece.label)[0] if piece.label != "O" else ("", "")
        if found and found == kind and part not in _BEGINNINGS:
            end = piece.end
            continue
        if kind:
            yield shift + start, shift + end, kind
        kind, start, end = found, piece.start, piece.end
    if kind:
        yield shift + start, shift + end, kind


def load(folder: str) -> OnnxTagger:
    """Return the network of a folder; raises Misconfigured where the extra or a file is missing or wrong."""
    path = Path(folder)
    missing = [name for name in _FILES if not (path / name).is_file()]
    if missing:
        raise Misconfigured(f"the ONNX model {folder} has no {', '.join(missing)}")
    onnxruntime, tokenizers = _libraries()
    try:
        config = json.loads((path / "config.json").read_text("utf-8"))
        labels = [str(config["id2label"][str(at)]) for at in range(len(config["id2label"]))]
        longest = min(_LONGEST, int(config.get("max_position_embeddings", _LONGEST))) - _SPECIAL
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"{folder}/config.json has no id2label with the labels 0, 1, 2 …") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(path / "model.onnx", options, providers=["CPUExecutionProvider"])
        tokenizer = tokenizers.Tokenizer.from_file(str(path / "tokenizer.json"))
    except Exception as error:  # both libraries raise classes of their own, and bare Exception
        raise Misconfigured(f"cannot load the ONNX model {folder}: {str(error).splitlines()[0]}") from error
    return OnnxTagger(f"onnx:{path.resolve().name}", session, tokenizer, labels, longest)


def _libraries() -> tuple[Any, Any]:
    try:
        import onnxruntime  # noqa: PLC0415 - an extra
        import tokenizers  # noqa: PLC0415
    except ImportError as error:
        raise Misconfigured(
            "the entity backend onnx: needs onnxruntime and tokenizers: install khabar[onnx]"
        ) from error
    return onnxruntime, tokenizers
