"""What all tests share: no network, and one small model."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from reviewtheme.classification.model import Model
from reviewtheme.codebook import default_codebook
from reviewtheme.training.fitting import HeldOut, TrainingSettings, fit_model
from reviewtheme.training.labelled import LabelledSentence, read_labelled_jsonl

LABELLED = Path(__file__).parent.parent / "corpus_sample" / "labelled"
SMALL = TrainingSettings(folds=2, jobs=1)


class NetworkUseError(AssertionError):
    """A test, or the program in it, tried to reach another machine."""


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Refuse every connection and every look-up of a name, in the whole run."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def refuse(*_arguments: object, **_named: object) -> NoReturn:
        raise NetworkUseError("The program may not use the network.")

    def guarded(real: object) -> object:
        def attempt(one: socket.socket, *arguments: object) -> object:
            if one.family is not getattr(socket, "AF_UNIX", None):  # which never leaves the machine
                refuse()
            return real(one, *arguments)  # type: ignore[operator]

        return attempt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(connect))
        patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
        patch.setattr(socket, "getaddrinfo", refuse)
        patch.setattr(socket, "gethostbyname", refuse)
        yield


@pytest.fixture(scope="session")
def few_labelled() -> tuple[LabelledSentence, ...]:
    """Give the labelled sentences of 14 documents of the corpus."""
    labelled = read_labelled_jsonl(LABELLED / "report.jsonl", default_codebook())
    documents = list(dict.fromkeys(sentence.document for sentence in labelled))[:14]
    return tuple(sentence for sentence in labelled if sentence.document in documents)


@pytest.fixture(scope="session")
def fitted(few_labelled: tuple[LabelledSentence, ...]) -> tuple[Model, HeldOut]:
    """Fit a model without word vectors to those sentences."""
    return fit_model(
        few_labelled, default_codebook(), vectors=None, name="small", version="1", settings=SMALL
    )


@pytest.fixture(scope="session")
def small_model(fitted: tuple[Model, HeldOut]) -> Model:
    """Give that model; how good it is does not matter."""
    return fitted[0]
