"""The same call on a Dask cluster: a real scheduler, two workers, one of them killed on the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from corpus_poison import install_poison, write_poison, write_review

from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import save_model
from reviewtheme.corpus.database import CorpusWriter
from reviewtheme.corpus.find_inputs import find_inputs
from reviewtheme.corpus.run import Request, prepared_run
from reviewtheme.output.corpus_tables import export_corpus

pytest.importorskip("distributed", reason="Dask is not installed")
pytestmark = [
    pytest.mark.slow,  # it starts a cluster of its own
    pytest.mark.skipif(sys.platform == "win32", reason="a worker is killed by a POSIX signal"),
]
FILES = 40


def test_result_is_that_of_one_machine(small_model: Model, tmp_path: Path) -> None:
    """Though one of the workers is lost half-way, and one document crashes whatever reads it."""
    folder, model = tmp_path / "in", tmp_path / "model"
    save_model(small_model, model, "")
    for number in range(FILES):
        write_review(folder / f"{number:02}.txt", number)
    write_poison(folder / "crash.txt", "SEGFAULT")
    (folder / "empty.txt").touch()
    poison = install_poison(tmp_path)
    program = Path(__file__).parent / "corpus_dask_run.py"
    done = subprocess.run(
        [sys.executable, str(program), str(folder), str(model), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(poison), str(program.parent)))},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:2] == [f"done {FILES + 2} killed True", "left 0"]
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(poison))
        files = find_inputs([folder])
        with (
            prepared_run(Request(jobs=1, deadline=30), files, model) as run,
            CorpusWriter(tmp_path / "here.sqlite", run.model, run.settings, inputs=len(files)) as writer,
        ):
            for record in run.records():
                writer.add(record)
    for kind in ("here", "dask"):
        export_corpus(tmp_path / f"{kind}.sqlite", tmp_path / kind, kind="csv")
    for path in (tmp_path / "here").iterdir():
        assert path.read_bytes() == (tmp_path / "dask" / path.name).read_bytes(), path.name
