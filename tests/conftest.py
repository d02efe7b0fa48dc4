"""What all tests share: no network, and one small model."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from reviewtheme.classification.model import Model
from reviewtheme.codebook import default_codebook
from reviewtheme.training.fitting import HeldOut, TrainingSettings, fit_model
from reviewtheme.training.formats import read_labelled
from reviewtheme.training.labelled import LabelledSentence

LABELLED = Path(__file__).parent.parent / "corpus_sample" / "labelled"
SMALL = TrainingSettings(folds=2, jobs=1)


_CONNECT, _CONNECT_EX, _LOOK_UP = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


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


@pytest.fixture(scope="module")
def loopback(_no_network: None) -> Iterator[None]:
    """Let the tests of a module talk to a program that they start on this machine, and to nothing else."""
    here = ("127.0.0.1", "::1", "localhost")

    def guarded(real: object) -> object:
        def attempt(one: socket.socket, address: object, *rest: object) -> object:
            if one.family is not getattr(socket, "AF_UNIX", None) and address[0] not in here:  # type: ignore[index]
                raise NetworkUseError("A test may only talk to this machine.")
            return real(one, address, *rest)  # type: ignore[operator]

        return attempt

    def look_up(host: object, *arguments: object, **named: object) -> object:
        if host not in here:
            raise NetworkUseError("A test may only talk to this machine.")
        return _LOOK_UP(host, *arguments, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(_CONNECT))
        patch.setattr(socket.socket, "connect_ex", guarded(_CONNECT_EX))
        patch.setattr(socket, "getaddrinfo", look_up)
        yield


@pytest.fixture(scope="session")
def few_labelled() -> tuple[LabelledSentence, ...]:
    """Give the labelled sentences of 14 documents of the corpus."""
    labelled = read_labelled(LABELLED / "report.jsonl", default_codebook()).sentences
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
