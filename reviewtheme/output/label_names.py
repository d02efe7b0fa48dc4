"""What themes and stances are called in other programs, so that each is known again when labels come back."""

from reviewtheme.codebook import Codebook
from reviewtheme.codebook_files import STANCE_MARK
from reviewtheme.output.pages.palette import group_colours, stance_looks
from reviewtheme.training.formats.known_labels import KnownLabels

_LONGEST = 100
"""Characters of a label; doccano takes no more."""


class LabelNames:
    """The labels of a codebook: the names that people know, or ids where a name could mean something else."""

    def __init__(self, codebook: Codebook) -> None:
        known = KnownLabels(codebook)
        self._codebook = codebook
        self.themes = {
            t.id: t.name if known.theme(t.name) == t.id and _is_plain(t.name) else t.id
            for t in codebook.themes
        }
        """Theme id to label, in codebook order."""
        self.stances = {
            stance.id: next(
                (
                    label
                    for label in (stance.name, stance.id)
                    if known.stance(label) == stance.id and not known.theme(label) and _is_plain(label)
                ),
                f"{stance.id}{STANCE_MARK}",
            )
            for stance in codebook.stances
        }
        """Stance id to label, in codebook order, where stances have a list or column of their own."""
        self.listed_stances = {
            stance: f"{label.removesuffix(STANCE_MARK)}{STANCE_MARK}"
            for stance, label in self.stances.items()
        }
        """Stance id to label, in codebook order, where themes are in the same list."""

    def colours(self) -> dict[str, str]:
        """Return each label of one list with its colour, as #rrggbb: of the theme's group, or the stance."""
        groups = group_colours(self._codebook.themes)
        themes = {self.themes[theme.id]: groups[theme.group] for theme in self._codebook.themes}
        stances = {
            self.listed_stances[look.stance.id]: look.colour for look in stance_looks(self._codebook.stances)
        }
        return themes | stances


def _is_plain(label: str) -> bool:
    return len(label) <= _LONGEST and label == " ".join(label.split())
