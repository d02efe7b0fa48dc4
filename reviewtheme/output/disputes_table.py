"""Disputed sentences as CSV: settle them in a spreadsheet, and learn from the file as it is.

`themes` and `stance` hold what all coders agree on; who settles a dispute adds to them. The other columns
tell who said what, and are not read again.
"""

import csv
import io

from reviewtheme.evaluation.agreement_result import Agreement, Dispute
from reviewtheme.output.csv_table import safe_cell


def disputes_to_csv(agreement: Agreement) -> str:
    """Return one row a disputed sentence, its coders' themes and stances side by side."""
    coders = [coder.name for coder in agreement.coders]
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    own = [column for coder in coders for column in (f"{coder}: disputed", f"{coder}: stance")]
    writer.writerow([safe_cell(cell) for cell in ("document", "text", "previous", "themes", "stance", *own)])
    for dispute in agreement.disputes:
        writer.writerow([safe_cell(cell) for cell in _row(dispute, coders)])
    return table.getvalue()


def _row(dispute: Dispute, coders: list[str]) -> list[str]:
    stances = set(dispute.stances.values())
    row = [
        dispute.document,
        dispute.text,
        dispute.previous,
        "; ".join(dispute.agreed),
        stances.pop() if len(stances) == 1 else "",
    ]
    for coder in coders:
        marked = [theme for theme, markers in dispute.disputed.items() if coder in markers]
        row += ["; ".join(marked) if coder in dispute.coders else "not coded", dispute.stances.get(coder, "")]
    return row
