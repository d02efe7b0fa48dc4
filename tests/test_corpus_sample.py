"""The labelled corpus is whole, balanced and well-formed."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from reviewtheme.codebook import default_codebook
from reviewtheme.document import BlockKind

FOLDER = Path(__file__).parent.parent / "corpus_sample"
KEYS = {"document", "register", "type", "index", "block", "label", "heading", "text", "themes", "stance"}
RUN = 7

Row = dict[str, Any]


def read(path: Path) -> list[Row]:
    """Read a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Give every sentence of the corpus."""
    return [row for path in sorted((FOLDER / "labelled").glob("*.jsonl")) for row in read(path)]


def test_every_line_is_well_formed(rows: list[Row]) -> None:
    """Keys, kinds and labels are those that are documented."""
    codebook, kinds = default_codebook(), {str(kind) for kind in BlockKind}
    for row in rows:
        where = f"{row.get('document')} {row.get('index')}"
        assert set(row) >= KEYS, where
        assert row["text"] == row["text"].strip() != "", where
        assert "\n" not in row["text"], where
        assert len(codebook.in_order(row["themes"])) == len(row["themes"]), where
        assert row["stance"] in codebook.stance_ids, where
        assert row["block"] in kinds, where


def test_documents_are_whole_and_named_once(rows: list[Row]) -> None:
    """Sentences of a document stand together, numbered from 0, in a file of their register."""
    seen: set[str] = set()
    current = ""
    for row in rows:
        if row["document"] != current:
            assert row["document"] not in seen, f"{row['document']} stands in two places"
            seen.add(row["document"])
            current, expected = row["document"], 0
        assert row["index"] == expected, f"{current}: {row['index']}"
        assert re.fullmatch(rf"{row['register']}-\d{{3}}", row["document"]), row["document"]
        expected += 1
    for path in (FOLDER / "labelled").glob("*.jsonl"):
        assert {row["register"] for row in read(path)} == {path.stem}


def test_size_and_balance(rows: list[Row], capsys: pytest.CaptureFixture[str]) -> None:
    """Many documents, and every theme and stance often enough to be learned."""
    documents = {row["document"] for row in rows}
    themes = Counter(theme for row in rows for theme in row["themes"])
    stances = Counter(row["stance"] for row in rows)
    with capsys.disabled():
        least, fewest = min(themes.items(), key=lambda item: item[1])[0], min(themes.values())
        print(  # noqa: T201
            f"\ncorpus_sample: {len(documents)} documents, {len(rows)} sentences, "
            f"{sum(not row['themes'] for row in rows) / len(rows):.0%} without a theme; "
            f"rarest theme {least} ({fewest}); stances {dict(stances)}"
        )
    assert len(documents) >= 300
    assert len(rows) >= 6000
    assert set(themes) == set(default_codebook().theme_ids)
    assert fewest >= 150
    assert set(stances) == set(default_codebook().stance_ids)
    assert min(stances.values()) >= 0.03 * len(rows)


def test_documents_do_not_repeat_each_other(rows: list[Row], capsys: pytest.CaptureFixture[str]) -> None:
    """At most 2 in 100 sentences share seven words in a row with another document."""
    owners: dict[tuple[str, ...], set[str]] = {}
    runs = []
    for row in rows:
        words = re.findall(r"[a-z0-9]+", row["text"].lower().replace("’", "").replace("'", ""))
        runs.append([tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)])
        for run in runs[-1]:
            owners.setdefault(run, set()).add(row["document"])
    shared = sum(any(len(owners[run]) > 1 for run in found) for found in runs)
    with capsys.disabled():
        print(f"\ncorpus_sample: {shared / len(rows):.2%} of sentences share {RUN} words")  # noqa: T201
    assert shared <= 0.02 * len(rows)


@pytest.mark.parametrize("name", ["first_coder", "second_coder"])
def test_coders_labelled_sentences_of_the_corpus(rows: list[Row], name: str) -> None:
    """Each names a sentence that is there, once, with its text, and all are named."""
    texts = {(row["document"], row["index"]): row["text"] for row in rows}
    coded = read(FOLDER / f"{name}.jsonl")
    assert len({(row["document"], row["index"]) for row in coded}) == len(coded) == len(rows)
    for row in coded:
        assert row["text"] == texts[row["document"], row["index"]]
        assert len(default_codebook().in_order(row["themes"])) == len(row["themes"])
        assert row["stance"] in default_codebook().stance_ids


def test_what_both_coders_say_is_the_label(rows: list[Row]) -> None:
    """Only what they dispute was settled, and then nearly always as one of them had said."""
    first, second = (
        {(row["document"], row["index"]): row for row in read(FOLDER / f"{name}_coder.jsonl")}
        for name in ("first", "second")
    )
    disputed = others = 0
    for row in rows:
        place = (row["document"], row["index"])
        said = [(set(coder[place]["themes"]), coder[place]["stance"]) for coder in (first, second)]
        settled = (set(row["themes"]), row["stance"])
        if said[0] == said[1]:
            assert settled == said[0], place
        else:
            disputed += 1
            others += settled not in said
    assert 0.2 < disputed / len(rows) < 0.3
    assert others < 0.05 * disputed
