"""What a review's text states about the review itself."""

from reviewtheme.document import Fact, Review


def find_facts(review: Review) -> tuple[Fact, ...]:
    return ()
