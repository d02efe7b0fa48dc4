"""A keyword list: a theme is marked where one of its phrases stands, a stance by its cue words."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from peers import Marks, TrainingSentences
from reviewtheme.classification.lexicon import default_lexicon, hint_of, split_words, themes_by_keywords
from reviewtheme.codebook import Codebook


class KeywordList:
    """The lexicon of the codebook alone, no learning."""

    note: ClassVar[str] = "the project's own lexicon, read as rules; nothing is learned"

    def __init__(self, codebook: Codebook) -> None:
        self.lexicon = default_lexicon()
        self.theme_ids, self.stance_ids = codebook.theme_ids, codebook.stance_ids

    def fit(self, sentences: TrainingSentences) -> None:
        """Learn nothing."""

    def predict(self, texts: Sequence[str], previous: Sequence[str]) -> Marks:  # noqa: ARG002
        """Mark themes as `evaluate` does, and the stance with most cues; a hint is half a cue."""
        words = [split_words(text) for text in texts]
        marked = [themes_by_keywords(self.lexicon, of_text) for of_text in words]
        found = [Counter(self.lexicon.columns[m.column] for m in self.lexicon.find(w)) for w in words]
        cues = [[2 * f[stance] + f[hint_of(stance)] for stance in self.stance_ids] for f in found]
        return Marks(
            themes=np.array([[theme_id in names for theme_id in self.theme_ids] for names in marked]),
            stances=np.array([int(np.argmax(c)) if any(c) else len(c) - 1 for c in cues]),
        )

    def save(self, folder: Path) -> None:
        """Write the phrases, one a line."""
        entries = (*self.lexicon.phrases.values(), *self.lexicon.exceptions.values())
        (folder / "phrases.txt").write_text("\n".join(p for phrases in entries for p in phrases), "utf-8")
