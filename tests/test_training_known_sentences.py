"""Whether a model has seen a sentence can be told from its manifest, and nothing else can."""

from hypothesis import given, settings
from hypothesis import strategies as st

from reviewtheme.classification.model import Model
from reviewtheme.training.fitting import HeldOut
from reviewtheme.training.known_sentences import digests_of, share_known
from reviewtheme.training.labelled import LabelledSentence
from reviewtheme.training.model_card import describe


@settings(max_examples=30)
@given(st.lists(st.text(min_size=1), min_size=1), st.lists(st.text(min_size=1), min_size=1))
def test_share_of_small_training_data_is_exact(learned: list[str], asked: list[str]) -> None:
    """Case and white space count for nothing."""

    def plain(texts: list[str]) -> set[str]:
        return {" ".join(text.casefold().split()) for text in texts}

    about = {"training": {"sentence_digests": digests_of(learned)}}
    assert share_known(asked, about) == len(plain(asked) & plain(learned)) / len(plain(asked))


def test_share_of_large_training_data_is_estimated() -> None:
    """From a sample that the manifest can hold."""
    learned = [f"Sentence {number} of the training data." for number in range(20_000)]
    digests = digests_of(learned)
    assert len(digests) == 2048
    about = {"training": {"sentence_digests": digests}}
    half = [*learned[:4000], *(f"Another sentence, {number}." for number in range(4000))]
    share = share_known(half, about)
    assert share is not None
    assert 0.42 < share < 0.58
    assert share_known(half[4000:], about) == 0
    assert share_known(learned, about) == 1


def test_other_manifests_tell_nothing() -> None:
    """Those without digests, and damaged ones."""
    for about in ({}, {"training": 3}, {"training": {"sentence_digests": [1]}}, {"training": {}}):
        assert share_known(["A sentence."], about) is None


def test_models_tell(fitted: tuple[Model, HeldOut], few_labelled: tuple[LabelledSentence, ...]) -> None:
    """A described model knows its training sentences, and holds none of their text."""
    model, held_out = fitted
    about = describe(model, held_out, few_labelled, {"invented": len(few_labelled)}).about
    assert share_known([s.text for s in few_labelled], about) == 1
    assert share_known(["No such sentence was ever learned from."], about) == 0
    longest = max((s.text for s in few_labelled), key=len)
    assert longest not in str(about)
