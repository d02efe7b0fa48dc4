"""reviewtheme marks the sentences of safeguarding reviews with learning themes and a stance.

    file ──read──▶ Review ──split──▶ sentences ──classify──▶ CodedReview ──write──▶ table, JSON, CSV
                                                    ▲
    labelled sentences ──────────train──────────▶ model folder

>>> import reviewtheme as rt
>>> coded = rt.classify("review.pdf")            # doctest: +SKIP
>>> coded.sentences[3].themes                    # doctest: +SKIP
('information-sharing', 'inter-agency-communication')

Everything runs on this machine: nothing is fetched and nothing is sent.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the names are imported when first used: the command line's help needs none of them
    from reviewtheme.classification.classify import classify, classify_sentences, explain
    from reviewtheme.classification.coded_review import CodedReview, CodedSentence
    from reviewtheme.classification.model import Model
    from reviewtheme.classification.model_folder import load_model, save_model
    from reviewtheme.classification.summary import summarise
    from reviewtheme.codebook import Codebook, Theme, default_codebook, load_codebook
    from reviewtheme.codebook_files import read_codebook
    from reviewtheme.comparison.compare import compare
    from reviewtheme.corpus import FailedReview, classify_corpus
    from reviewtheme.document import Review, Sentence
    from reviewtheme.errors import ReviewThemeError
    from reviewtheme.evaluation.agreement import agreement
    from reviewtheme.evaluation.evaluate import cross_validate, evaluate
    from reviewtheme.reading import read
    from reviewtheme.training.estimator import ThemeClassifier
    from reviewtheme.training.formats import read_labelled
    from reviewtheme.training.learning_curve import learning_curve
    from reviewtheme.training.suggest import suggest
    from reviewtheme.training.train import train

__version__ = "0.1.0"

_HOMES = {
    "classify": "classification.classify",
    "classify_sentences": "classification.classify",
    "explain": "classification.classify",
    "classify_corpus": "corpus",
    "compare": "comparison.compare",
    "load_model": "classification.model_folder",
    "save_model": "classification.model_folder",
    "evaluate": "evaluation.evaluate",
    "cross_validate": "evaluation.evaluate",
    "agreement": "evaluation.agreement",
    "summarise": "classification.summary",
    "read": "reading",
    "read_labelled": "training.formats",
    "read_codebook": "codebook_files",
    "train": "training.train",
    "suggest": "training.suggest",
    "learning_curve": "training.learning_curve",
    "ThemeClassifier": "training.estimator",
    "default_codebook": "codebook",
    "load_codebook": "codebook",
    "Codebook": "codebook",
    "Theme": "codebook",
    "Model": "classification.model",
    "CodedReview": "classification.coded_review",
    "CodedSentence": "classification.coded_review",
    "FailedReview": "corpus",
    "Review": "document",
    "Sentence": "document",
    "ReviewThemeError": "errors",
}

__all__ = [
    "Codebook",
    "CodedReview",
    "CodedSentence",
    "FailedReview",
    "Model",
    "Review",
    "ReviewThemeError",
    "Sentence",
    "Theme",
    "ThemeClassifier",
    "__version__",
    "agreement",
    "classify",
    "classify_corpus",
    "classify_sentences",
    "compare",
    "cross_validate",
    "default_codebook",
    "evaluate",
    "explain",
    "learning_curve",
    "load_codebook",
    "load_model",
    "read",
    "read_codebook",
    "read_labelled",
    "save_model",
    "suggest",
    "summarise",
    "train",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'reviewtheme' has no attribute '{name}'")
    value: object = getattr(import_module(f"reviewtheme.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
