"""A keyword list: a theme is marked where one of its phrases stands, a stance by its cue words."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from peers import Marks, TrainingSentences
from reviewtheme.classification.lexicon import Lexicon, default_lexicon, split_words
from reviewtheme.codebook import Codebook

STANCE_CUES = {
    "recommendation": (
        "should", "recommend*", "must", "ought", "needs to", "need to", "is required to",
        "are required to", "consider how", "consider whether", "ensure that", "seek assurance",
        "seeks assurance", "action plan", "has since", "have since", "since introduced", "will be",
        "will now", "has been introduced", "have been introduced", "has now", "have now",
    ),
    "concern": (
        "fail*", "lack of", "lacked", "lacks", "missed", "poor*", "weak*", "inadequa*", "insufficient*",
        "inconsisten*", "delay*", "drift", "too long", "too many", "too often", "too few", "too late",
        "not enough", "did not", "was not", "were not", "do not", "does not", "is not", "are not",
        "had not", "has not", "have not", "no evidence", "no record", "never", "unclear", "overlooked",
        "ignored", "unaware", "gap*", "concern that", "concerns that", "concerned that", "shortfall*",
        "limited", "could have", "should have", "opportunit* were", "without", "absence of",
        "over reliance", "over optimis*", "wrongly", "however",
    ),
    "good-practice": (
        "good practice", "good", "effective*", "strong*", "well", "timely", "prompt*", "positive*",
        "excellent", "improved", "improvement", "improving", "thorough*", "robust*", "skilled",
        "sensitive*", "thoughtful*", "persisten*", "appropriate*", "successful*", "committed",
        "comprehensive", "careful*", "quickly", "benefit from", "impressive", "praised", "commended",
        "confident*", "high quality", "ambitious",
    ),
}  # fmt: skip
"""Cue words a stance; where none stands the sentence is context."""


class KeywordList:
    """The lexicon of the codebook alone, no learning."""

    note: ClassVar[str] = "the project's own lexicon, read as rules; nothing is learned"

    def __init__(self, codebook: Codebook) -> None:
        self.themes = default_lexicon()
        self.stances = Lexicon(codebook.stance_ids, STANCE_CUES)
        self.otherwise = len(codebook.stance_ids) - 1

    def fit(self, sentences: TrainingSentences) -> None:
        """Learn nothing."""

    def predict(self, texts: Sequence[str], previous: Sequence[str]) -> Marks:  # noqa: ARG002
        """Mark every theme with a phrase in the sentence, and the stance with the most cues."""
        themes = np.zeros((len(texts), len(self.themes.theme_ids)), dtype=bool)
        stances = np.full(len(texts), self.otherwise)
        for row, text in enumerate(texts):
            words = split_words(text)
            themes[row, [match.column for match in self.themes.find(words)]] = True
            cues = [match.column for match in self.stances.find(words)]
            if cues:
                stances[row] = int(np.bincount(cues).argmax())
        return Marks(themes=themes, stances=stances)

    def save(self, folder: Path) -> None:
        """Write the phrases, one a line."""
        phrases = [
            phrase
            for lexicon in (self.themes, self.stances)
            for entries in (*lexicon.phrases.values(), *lexicon.exceptions.values())
            for phrase in entries
        ]
        (folder / "phrases.txt").write_text("\n".join(phrases), encoding="utf-8")
