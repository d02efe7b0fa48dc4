"""What the command that compares two runs does, from parsed options to what is shown."""

import sys
from pathlib import Path

from rich.console import Console

from reviewtheme.comparison.compare import compare
from reviewtheme.errors import UsageError
from reviewtheme.output.comparison_table import comparison_csv
from reviewtheme.output.comparison_terminal import print_comparison
from reviewtheme.output.files import write_whole

_PLAIN_WIDTH = 110


def compare_runs(first: Path, second: Path, *, as_json: bool, table: Path | None, limit: int) -> None:
    """Print what changed between two runs, and write the changes to a table where one is named.

    Args:
        first: output of the run that is compared with.
        second: output of the run that is compared.
        as_json: whether JSON is printed, for other programs.
        table: CSV file for the changes.
        limit: most sentences printed.
    """
    if table is not None and any(
        run.exists() and table.exists() and table.samefile(run) for run in (first, second)
    ):
        raise UsageError(f"--csv '{table}' is one of the two runs: choose another name.")
    comparison = compare(first, second)
    if table is not None:
        write_whole(table, comparison_csv(comparison))
    if as_json:
        sys.stdout.write(comparison.to_json())
    else:
        console = Console()
        shown = console if console.is_terminal else Console(width=_PLAIN_WIDTH)
        print_comparison(comparison, shown, limit=limit)
