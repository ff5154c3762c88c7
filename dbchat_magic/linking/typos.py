"""Typing errors: the word of a vocabulary that was probably meant."""

from __future__ import annotations

from collections.abc import Collection

SHORTEST = 5
"""Letters; in shorter words one wrong letter is another word too often."""


def nearest(word: str, vocabulary: Collection[str]) -> str:
    """The only word one error away (two in words of eight letters and more); "" when there is none.

    >>> nearest("custmer", {"customer", "costume"}), nearest("apples", {"people"})
    ('customer', '')
    """
    if len(word) < SHORTEST or not word.isalpha():
        return ""
    allowed = 2 if len(word) >= 8 else 1
    near = [
        (distance, known)
        for known in vocabulary
        if known[:1] == word[:1] and abs(len(known) - len(word)) <= allowed and len(known) >= SHORTEST
        for distance in [edit_distance(word, known, allowed)]
        if distance <= allowed
    ]
    near.sort()
    if not near or (len(near) > 1 and near[1][0] == near[0][0]):
        return ""
    return near[0][1]


def edit_distance(one: str, other: str, most: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words; `most` + 1 when more.

    The optimal string alignment distance (Damerau 1964, Levenshtein 1966).

    >>> edit_distance("recieve", "receive", 2), edit_distance("cat", "horse", 2)
    (1, 3)
    """
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        current = [i]
        for j, letter2 in enumerate(other, 1):
            cost = min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (letter != letter2))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == letter2:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, previous = previous, current
    return min(previous[-1], most + 1)
