"""What the marks of a review say: the notes of its highlights, its bookmarks and its legend."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from reviewtheme.classification.coded_review import CodedReview, CodedSentence, ThemeProfile
from reviewtheme.output.marks.bookmarks import Bookmark
from reviewtheme.output.marks.colours import theme_colours
from reviewtheme.output.marks.highlights import Highlight
from reviewtheme.output.marks.legend import Legend, LegendRow
from reviewtheme.output.marks.places import Quad

_EXCERPT = 80  # characters of a sentence in a bookmark

Places = Mapping[int, Mapping[int, Sequence[Quad]]]
"""Index of a sentence to its boxes under the numbers of its pages."""


def evidence_of(coded: CodedReview) -> tuple[CodedSentence, ...]:
    """Return the sentences of the body that carry a theme, in order."""
    return tuple(each for each in coded.sentences if each.themes and each.counts_as_evidence)


class MarksContents:
    """A review and where its evidence stands, asked for what its marks say."""

    def __init__(self, coded: CodedReview, places: Places) -> None:
        self._coded = coded
        self._places = places
        self._evidence = evidence_of(coded)
        self._colours = theme_colours(coded.codebook.themes)
        self._stances = {stance.id: stance.name for stance in coded.codebook.stances}

    def highlights(self) -> Iterator[Highlight]:
        """Yield a highlight for every page that a sentence of the evidence stands on."""
        model = self._coded.model
        for sentence in self._evidence:
            lead = self._by_score(sentence)[0]
            pages = self._places[sentence.index]
            for number, quads in pages.items():
                yield Highlight(
                    page=number,
                    quads=tuple(quads),
                    colour=self._colours[lead],
                    subject=self._coded.codebook.theme(lead).name,
                    note=self._note(sentence, number, list(pages)),
                    name=f"reviewtheme-{sentence.index}-{number}",
                    author=f"reviewtheme (model {model.name} {model.version})",
                )

    def _by_score(self, sentence: CodedSentence) -> list[str]:
        """List the themes of a sentence, the most probable first, then in codebook order."""
        return sorted(sentence.themes, key=lambda theme: -sentence.scores[theme])

    def _note(self, sentence: CodedSentence, page: int, pages: Sequence[int]) -> str:
        lines = [
            f"{self._coded.codebook.theme(theme).name}: {_share(sentence.scores[theme])}"
            for theme in self._by_score(sentence)
        ]
        if sentence.stance:
            lines.append(f"Stance: {self._stances[sentence.stance]} ({_share(sentence.stance_score)})")
        others = [str(each) for each in pages if each != page]
        if others:
            lines.append(f"The sentence stands on page {' and '.join(others)}, too.")
        return "\n".join(lines)

    def bookmarks(self, *, legend: int) -> Bookmark:
        """Return one bookmark, under which the themes stand with their sentences.

        Args:
            legend: number of the page on which the legend begins.
        """
        return Bookmark(
            title="Themes (reviewtheme)",
            page=legend,
            below=tuple(self._theme_bookmark(profile, legend) for profile in self._coded.themes),
        )

    def _theme_bookmark(self, profile: ThemeProfile, legend: int) -> Bookmark:
        below = tuple(
            self._sentence_bookmark(self._coded.sentences[index]) for index in sorted(profile.evidence)
        )
        title = f"{profile.theme.name} ({profile.sentences})"
        return Bookmark(title=title, page=below[0].page if below else legend, below=below)

    def _sentence_bookmark(self, sentence: CodedSentence) -> Bookmark:
        said = [f"p. {sentence.page}", self._stances.get(sentence.stance, ""), _excerpt(sentence.text)]
        title = " · ".join(part for part in said if part)
        for number, quads in self._places[sentence.index].items():
            left, top = quads[0].corners[:2]
            return Bookmark(title=title, page=number, left=left, top=top)
        return Bookmark(title=title, page=sentence.page)

    def legend(self, *, is_signed: bool) -> Legend:
        """Return the legend; a signature of the original is spoken of there, as it holds for that alone."""
        coded = self._coded
        leads = Counter(self._by_score(sentence)[0] for sentence in self._evidence)
        rows = tuple(
            LegendRow(
                names=(profile.theme.name, profile.theme.id),
                colour=self._colours[profile.theme.id],
                counts=(profile.sentences, leads[profile.theme.id], *profile.stances.values()),
            )
            for profile in coded.themes
        )
        return Legend(
            title="Themes marked in this document",
            paragraphs=tuple(self._introduction()),
            columns=("Sentences", "In this colour", *self._stances.values()),
            rows=rows,
            remarks=tuple(self._remarks(is_signed=is_signed)),
        )

    def _introduction(self) -> Iterator[str]:
        coded, model = self._coded, self._coded.model
        yield (
            f"reviewtheme marked {_counted(len(self._evidence), 'sentence')} of {len(coded.sentences)} "
            f"with {_counted(len(coded.themes), 'theme')}, by model {model.name} {model.version} and "
            f"codebook {model.codebook}. A program chose these marks: check each against what the text says."
        )
        yield (
            "A sentence has the colour of its most probable theme. Its note names all of its themes with "
            "their scores, from 0 to 1, and its stance. The bookmarks list the sentences of each theme."
        )

    def _remarks(self, *, is_signed: bool) -> Iterator[str]:
        coded = self._coded
        absent = [theme.name for theme in coded.codebook.themes if not self._has(theme.id)]
        if absent:
            yield f"Not found: {'; '.join(absent)}."
        lost = [str(each.index) for each in self._evidence if not self._places[each.index]]
        if lost:
            yield (
                f"Nothing says where on its page {_counted(len(lost), 'sentence')} stands, so it has a "
                f"bookmark and no highlight: number {', '.join(lost)}."
            )
        outside = sum(1 for each in coded.sentences if each.themes and not each.counts_as_evidence)
        if outside:
            yield (
                f"Not marked: {_counted(outside, 'sentence')} of contents pages, glossaries, references and "
                "appendices, which do not count as evidence."
            )
        for warning in coded.warnings:
            yield warning.message
        if is_signed:
            yield "The original is signed. Its signature holds for the original alone, not for this copy."
        yield f"Original: sha256 {coded.review.source.sha256}."

    def _has(self, theme: str) -> bool:
        return any(theme in each.themes for each in self._evidence)


def _share(value: float) -> str:
    return f"{value:.2f}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _excerpt(text: str) -> str:
    if len(text) <= _EXCERPT:
        return text
    return text[:_EXCERPT].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
