"""The tables of results: a row for each mark, a matrix, and a row for each file."""

from coded_reviews import CHILD_HOLLY, coded_review

from reviewtheme.codebook import default_codebook
from reviewtheme.corpus import CorpusResult, DuplicateReview, FailedReview
from reviewtheme.output.tables import MARKS, MATRIX, REVIEWS, TABLES, Cell, Table

CODEBOOK = default_codebook()
FAILED = FailedReview(path="bad.pdf", kind="damaged", message="bad.pdf is damaged: get it anew.")
COPY = DuplicateReview(path="copy.pdf", sha256="ab" * 32, original="holly.pdf")


def rows(table: Table, *results: CorpusResult) -> list[dict[str, Cell]]:
    """Give the rows of a table under the names of its columns."""
    header = table.header(CODEBOOK)
    return [dict(zip(header, row, strict=True)) for result in results for row in table.rows(result, CODEBOOK)]


def test_columns() -> None:
    """Each has a name of its own, and every row is as long as the header."""
    for table in TABLES:
        header = table.header(CODEBOOK)
        assert len(set(header)) == len(header)
        rows(table, coded_review(), FAILED, COPY)  # strict


def test_matrix() -> None:
    """A row for each sentence; 1 where it carries the theme, as in the other table."""
    matrix = rows(MATRIX, coded_review(), FAILED)
    assert [row["quotation"] for row in matrix] == [one.text for one in CHILD_HOLLY]
    carried = {(row["number"], theme) for row in matrix for theme in CODEBOOK.theme_ids if row[theme] == 1}
    assert carried == {(row["sentence"], row["theme"]) for row in rows(MARKS, coded_review()) if row["theme"]}
    assert {row[theme] for row in matrix for theme in CODEBOOK.theme_ids} == {0, 1}


def test_reviews() -> None:
    """Facts, and counts of sentences of the body; a file that failed has its reason."""
    review, failed, copy = rows(REVIEWS, coded_review(), FAILED, COPY)
    assert (review["child"], review["publisher"], review["model"]) == ("Holly", "", "default 7")
    assert (review["sentences"], review["marked_sentences"], review["pages"]) == (6, 4, 3)
    assert (review["supervision"], review["inter-agency-communication"], review["neglect"]) == (1, 2, 0)
    assert review["warnings"] == "Page 4 has no text."
    assert failed["failure"] == "damaged: bad.pdf is damaged: get it anew."
    assert str(copy["failure"]).startswith("duplicate: ")
    assert copy["sha256"] == "ab" * 32
