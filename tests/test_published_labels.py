"""Labels of published sentences are kept by place and digest, without their text."""

import json
import re
from pathlib import Path

from reviewtheme.codebook import default_codebook

LABELS = Path(__file__).parent.parent / "models" / "published_labels.jsonl"


def test_places_and_labels_hold_no_text() -> None:
    """Every row is a place, a digest and labels of the codebook; a place has one set of labels."""
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").split("\n") if line]
    places: dict[tuple[str, str, str, int], dict[str, object]] = {}
    assert len(rows) > 1000
    for row in rows:
        assert 0 <= row["start"] < row["end"]
        assert 0 <= row["previous_start"] <= row["previous_end"]
        assert re.fullmatch(r"[0-9a-f]{16}", row["sha256"])
        place = (row["source"], row["document"], row["part"], row["start"])
        labels = {name: row[name] for name in ("end", "sha256", "themes", "stance")}
        assert places.setdefault(place, labels) == labels
        assert len(default_codebook().in_order(row["themes"])) == len(row["themes"])
        assert row["stance"] in default_codebook().stance_ids
        assert all(len(value) < 60 for value in row.values() if isinstance(value, str))
