"""Labels of published sentences are kept by place and digest, without their text."""

import json
import re
from pathlib import Path

from reviewtheme.codebook import default_codebook

LABELS = Path(__file__).parent.parent / "models" / "published_labels.jsonl"


def test_places_and_labels_hold_no_text() -> None:
    """Every row is a place, a digest and labels of the codebook; no two rows are one place."""
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").split("\n") if line]
    places = {(row["source"], row["document"], row["part"], row["start"]) for row in rows}
    assert len(places) == len(rows) > 1000
    for row in rows:
        assert 0 <= row["start"] < row["end"]
        assert 0 <= row["previous_start"] <= row["previous_end"]
        assert re.fullmatch(r"[0-9a-f]{16}", row["sha256"])
        assert list(default_codebook().in_order(row["themes"])) == row["themes"]
        assert row["stance"] in default_codebook().stance_ids
        assert all(len(value) < 60 for value in row.values() if isinstance(value, str))
