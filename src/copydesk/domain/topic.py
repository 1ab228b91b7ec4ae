"""What a market is about, in plain words: how markets are found that win and lose together."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from copydesk.domain.trade import Token

_BETWEEN_WORDS = re.compile(r"[\W_]+")


@lru_cache(maxsize=4_096)
def words_of(token: Token) -> str:
    """Title and slugs as plain words. Remembered: one token is asked about for every follower of every leader."""
    return plain_words((token.title, token.slug, token.event_slug))


def plain_words(texts: Iterable[str]) -> str:
    """Texts as words between blanks, case and punctuation aside: `U.S.-Iran` is ` u s iran `."""
    return f" {_BETWEEN_WORDS.sub(' ', ' '.join(texts).casefold()).strip()} "


def is_about(text: str, words: tuple[str, ...]) -> bool:
    """Whether plain words hold one of `words`, each of which is plain words too: whole words, or words in a row."""
    return any(word in text for word in words)
