"""A run over many files: each is found, looked at, and coded unless that is known already.

    paths ──find_inputs──▶ files ──plan──▶ tasks ──pool──▶ answers ──▶ records, one for every file

Files whose content came before are not read again, nor those that a store holds from an earlier run.
"""

import hashlib
import threading
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from heapq import heappop, heappush
from tempfile import TemporaryDirectory

from reviewtheme.classification.classify import ModelChoice
from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import (
    MANIFEST,
    default_model_folder,
    load_model,
    model_path,
    save_model,
)
from reviewtheme.codebook import Codebook
from reviewtheme.corpus.code_file import code_file
from reviewtheme.corpus.coded_record import decode
from reviewtheme.corpus.find_inputs import Content, Input, look_at
from reviewtheme.corpus.outcome import CorpusResult, DuplicateReview, FailedReview
from reviewtheme.corpus.pool import Answer, Task, code_tasks
from reviewtheme.corpus.reading_version import reading_version
from reviewtheme.corpus.settings import DEADLINE, MEMORY, Settings
from reviewtheme.errors import UsageError
from reviewtheme.reading import ENGINES

BACKENDS = ("local", "dask")
"""Where the workers are: on this machine, or on the machines of a Dask cluster."""
_LONGEST = 86_400
"""Seconds that a deadline may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What became of one file of a run."""

    place: int
    """Place among the inputs, from 0."""
    file: Input
    """The file."""
    sha256: str
    """Digest of its content; empty where it could not be opened."""
    outcome: bytes | CorpusResult | None
    """What it came to: a coded record or a result, or None where a store holds it from an earlier run."""

    def result(self, codebook: Codebook) -> CorpusResult:
        """Return the outcome as a result of the public kind."""
        if self.outcome is None:
            raise ValueError(f"{self.file.name} was done in an earlier run")
        return decode(self.outcome, codebook) if isinstance(self.outcome, bytes) else self.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """How a run is to be done, checked when it is made.

    Raises:
        UsageError: a value is out of range, or two do not go together.
    """

    engine: str = "auto"
    """How PDFs are read: one of `reading.ENGINES`."""
    ocr: bool = False
    """Whether it is an error that OCR is needed and missing."""
    jobs: int | None = None
    """Number of workers on this machine; None is one for each core."""
    deadline: float | None = None
    """Seconds that one document may take; None is `DEADLINE`."""
    memory: int | None = None
    """MiB that one document may take; None is `MEMORY`."""
    backend: str = "local"
    """One of `BACKENDS`."""
    scheduler: str | None = None
    """Address of the Dask scheduler, with the backend "dask"."""

    def __post_init__(self) -> None:
        """Refuse what makes no sense, before anything is read."""
        if self.engine not in ENGINES:
            raise UsageError(f"There is no engine '{self.engine}'. Choose one of: {', '.join(ENGINES)}.")
        if self.backend not in BACKENDS:
            raise UsageError(f"There is no backend '{self.backend}'. Choose one of: {', '.join(BACKENDS)}.")
        if (self.backend == "dask") != (self.scheduler is not None):
            raise UsageError(
                "The backend 'dask' goes with the address of a scheduler: --scheduler tcp://host:8786."
            )
        if self.jobs is not None and self.jobs < 1:
            raise UsageError(f"The number of jobs is {self.jobs}: it must be 1 or more.")
        if self.deadline is not None and not 0 < self.deadline <= _LONGEST:
            raise UsageError(
                f"The deadline is {self.deadline:g} seconds: choose more than 0, and at most {_LONGEST}."
            )
        if self.memory is not None and self.memory < 1:
            raise UsageError(f"The memory limit is {self.memory} MiB: it must be 1 or more.")

    def is_for_one_process(self, files: int) -> bool:
        """Tell whether the run is so small that it needs no worker."""
        return files == 1 and self.deadline is None and self.memory is None and self.backend == "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The coding of some files under a request."""

    request: Request
    """How it is to be done."""
    files: tuple[Input, ...]
    """What is to be coded, each name once."""
    model: Model
    """What codes it."""
    model_folder: str | None = None
    """Where workers find the model; None is with the program, or nowhere yet."""
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set to end the run before its time; the files that are done are kept."""

    @property
    def settings(self) -> Settings:
        """What workers are told."""
        request = self.request
        return Settings(
            model_folder=self.model_folder,
            model_sha256=self.model.identity.sha256,
            engine=request.engine,
            ocr=request.ocr,
            reading_version=reading_version(),
            deadline=DEADLINE if request.deadline is None else request.deadline,
            memory=MEMORY if request.memory is None else request.memory,
        )

    def records(self, finished: Mapping[str, str] | None = None) -> Generator[Record, None, None]:
        """Code the files, and yield a record for each as soon as it is known, in no order.

        Args:
            finished: name to digest of what an earlier run has finished, which is not read again.

        Raises:
            WorkerError: workers cannot be started.
        """
        settings = self.settings
        plan = _Plan(self.files, finished or {}, most_bytes=settings.memory << 20)
        with closing(self._answers(plan, settings)) as answers:
            for answer in answers:
                yield from plan.known()
                if answer.result is not None:
                    yield _record(answer.task, answer.result)
        if not self.stopping.is_set():
            yield from plan.known()

    def results(self) -> Iterator[CorpusResult]:
        """Code the files, and yield their results in the order of the files."""
        waiting: list[tuple[int, Record]] = []
        place = 0
        with closing(self.records()) as records:
            for record in records:
                heappush(waiting, (record.place, record))
                while waiting and waiting[0][0] == place:
                    yield heappop(waiting)[1].result(self.model.codebook)
                    place += 1

    def _answers(self, plan: "_Plan", settings: Settings) -> Generator[Answer, None, None]:
        request = self.request
        if request.is_for_one_process(len(self.files)):
            return (self._code_here(task) for task in plan)
        if request.scheduler is not None:
            from reviewtheme.corpus.dask_pool import code_tasks_on_dask

            return code_tasks_on_dask(plan, settings, scheduler=request.scheduler, stopping=self.stopping)
        jobs = min(request.jobs or _cores(), len(self.files))
        return code_tasks(plan, settings, jobs=jobs, stopping=self.stopping)

    def _code_here(self, task: Task) -> Answer:
        request = self.request
        result = code_file(task.file, task.content, model=self.model, engine=request.engine, ocr=request.ocr)
        return Answer(task=task, result=result)


@contextmanager
def prepared_run(
    request: Request, files: tuple[Input, ...], choice: ModelChoice, stopping: threading.Event | None = None
) -> Iterator[Run]:
    """Give a run whose model is where workers find it, for as long as the context lasts.

    Args:
        request: how it is to be done.
        files: what is to be coded, each name once.
        choice: a loaded model, a model folder, or None for the bundled model.
        stopping: set by somebody to end the run before its time.

    Raises:
        ModelError: the model cannot be used.
    """
    model = choice if isinstance(choice, Model) else load_model(choice)
    folder = None if choice is None or isinstance(choice, Model) else str(model_path(choice).resolve())
    with TemporaryDirectory(prefix="reviewtheme-model-") if _is_homeless(choice) else nullcontext() as made:
        if made is not None:
            model, folder = save_model(model, made, "A model on its way to the workers of one run.\n"), made
        yield Run(
            request=request,
            files=files,
            model=model,
            model_folder=folder,
            stopping=stopping or threading.Event(),
        )


class _Plan:
    """What is to be done with each file, found out one by one when a worker asks for the next."""

    def __init__(self, files: Sequence[Input], finished: Mapping[str, str], *, most_bytes: int) -> None:
        self._files = files
        self._finished = finished
        names = {file.name for file in files}
        self._held = {sha256: name for name, sha256 in finished.items() if name not in names}
        self._most_bytes = most_bytes
        self._known: deque[Record] = deque()
        self._first: dict[str, str] = {}

    def __iter__(self) -> Iterator[Task]:
        """Yield what must be coded, and keep what needs no coding for `known`."""
        number = 0
        for place, file in enumerate(self._files):
            content = look_at(file, most_bytes=self._most_bytes)
            if isinstance(content, FailedReview):
                self._known.append(Record(place=place, file=file, sha256="", outcome=content))
            elif (original := self._original(content.sha256, file.name)) != file.name:
                copy = DuplicateReview(path=file.name, sha256=content.sha256, original=original)
                self._known.append(Record(place=place, file=file, sha256=content.sha256, outcome=copy))
            elif self._finished.get(file.name) == content.sha256:
                self._known.append(Record(place=place, file=file, sha256=content.sha256, outcome=None))
            else:
                yield Task(number=number, place=place, file=file, sha256=content.sha256, content=content.data)
                number += 1

    def _original(self, sha256: str, name: str) -> str:
        """Return the file that is read for a content: the first of this run, or one that a store holds."""
        held = self._held.get(sha256)
        if held is not None and sha256 not in self._first:
            now = look_at(Input(path=held, name=held), most_bytes=self._most_bytes)
            if isinstance(now, Content) and now.sha256 == sha256:
                self._first[sha256] = held
        return self._first.setdefault(sha256, name)

    def known(self) -> Iterator[Record]:
        """Yield the records found since the last call that needed no coding."""
        while self._known:
            yield self._known.popleft()


def _record(task: Task, result: bytes | CodedReview | FailedReview) -> Record:
    return Record(place=task.place, file=task.file, sha256=task.sha256, outcome=result)


def _is_homeless(choice: ModelChoice) -> bool:
    """Tell whether a model is in memory alone, so that workers could not load it."""
    if not isinstance(choice, Model):
        return False
    bundled = default_model_folder() / MANIFEST
    return not bundled.is_file() or hashlib.sha256(bundled.read_bytes()).hexdigest() != choice.identity.sha256


def _cores() -> int:
    from joblib import cpu_count

    return int(cpu_count())
