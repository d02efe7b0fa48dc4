"""Coded reviews of known content, made without reading a file or loading a model."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewtheme.classification.coded_review import CodedReview, CodedSentence, ModelIdentity
from reviewtheme.codebook import Codebook, default_codebook
from reviewtheme.document import (
    Block,
    BlockKind,
    Fact,
    Page,
    ReadingWarning,
    Review,
    SectionRole,
    Sentence,
    Source,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A sentence and how it is coded."""

    text: str
    themes: tuple[str, ...] = ()
    stance: str = "context"
    score: float = 0.9
    page: int = 1
    kind: BlockKind = BlockKind.PARAGRAPH
    role: SectionRole = SectionRole.BODY


CHILD_HOLLY = (
    Marked(text="Learning from the review of Child Holly", kind=BlockKind.HEADING, themes=("training",)),
    Marked(
        text="The duty worker left a message for the ward but nobody rang back before the discharge.",
        themes=("inter-agency-communication", "handover-and-transfer"),
        stance="concern",
        score=0.81234567,
    ),
    Marked(
        text="Her manager talked the case through with her every fortnight, and wrote down why.",
        themes=("supervision", "record-keeping"),
        stance="good-practice",
        page=2,
    ),
    Marked(
        text="The partnership should agree who tells the ward that a plan has changed.",
        themes=("inter-agency-communication",),
        stance="recommendation",
        page=2,
    ),
    Marked(text="Holly was four months old.", page=3),
    Marked(
        text="Supervision: regular talk between a worker and a manager about the work.",
        themes=("supervision",),
        role=SectionRole.GLOSSARY,
        page=3,
    ),
)


def coded_review(
    marked: Sequence[Marked] = CHILD_HOLLY,
    *,
    path: str = "holly.pdf",
    codebook: Codebook | None = None,
    model_name: str = "default",
) -> CodedReview:
    """Build a coded review of one block a sentence."""
    codebook = codebook or default_codebook()
    text, blocks, sentences = "", [], []
    for index, one in enumerate(marked):
        text += "\n\n" if text else ""
        start, end = len(text), len(text) + len(one.text)
        text += one.text
        blocks.append(Block(kind=one.kind, start=start, end=end, page=one.page, role=one.role))
        sentence = Sentence(
            index=index,
            text=one.text,
            start=start,
            end=end,
            page=one.page,
            block=index,
            kind=one.kind,
            section=("Findings",) if one.kind is not BlockKind.HEADING else (),
            role=one.role,
        )
        scores = {theme: one.score if theme in one.themes else 0.01 for theme in codebook.theme_ids}
        sentences.append(
            CodedSentence(
                sentence=sentence,
                scores=scores,
                themes=codebook.in_order(one.themes),
                stance=one.stance,
                stance_score=0.75,
            )
        )
    pages = max((one.page for one in marked), default=1)
    review = Review(
        source=Source(path=path, sha256="ab" * 32, media_type="application/pdf", pages=pages),
        text=text,
        pages=tuple(
            Page(number=number, engine="pdfium", characters=80, width=595.0, height=842.0)
            for number in range(1, pages + 1)
        ),
        blocks=tuple(blocks),
        facts=(Fact(name="child", value="Holly", start=33, end=38),),
        warnings=(ReadingWarning(kind="page-without-text", message="Page 4 has no text.", page=4),),
    )
    return CodedReview(
        review=review,
        sentences=tuple(sentences),
        codebook=codebook,
        model=ModelIdentity(
            name=model_name, version="7", sha256="cd" * 32, codebook=f"{codebook.name} {codebook.version}"
        ),
    )
