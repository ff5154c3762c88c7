"""Arranging: groups and orders."""

from __future__ import annotations

GROUPS = (
    "for each", "for every", "per", "in each", "of each", "by each", "from each", "at each", "on each", "with each",
    "each", "every", "group by", "grouped by", "for different", "for all different", "for each of the",
    "of every", "in every", "across", "for each different", "broken down by", "split by",
)  # fmt: skip

ORDERS = {
    "order by": False, "ordered by": False, "sort by": False, "sorted by": False, "sort": False,
    "in ascending order of": False, "in ascending order by": False, "in increasing order of": False,
    "in the ascending order of": False, "in descending order of": True, "in descending order by": True,
    "in decreasing order of": True, "in the descending order of": True, "in order of": False,
    "in the order of": False, "in alphabetical order of": False, "in alphabetical order by": False,
    "in reverse order of": True, "ordered from": False, "rank by": True, "ranked by": True,
    "sorted in ascending order of": False, "sorted in descending order of": True, "sorted in": False,
    "ordered in": False, "arranged by": False, "listed by": False, "in lexicographical order of": False,
    "in lexicographic order of": False, "in order by": False, "sorted according to": False, "in chronological order of": False,
    "by ascending": False, "by descending": True, "by increasing": False, "by decreasing": True,
    "ordered descending by": True, "ordered ascending by": False, "sorted descending by": True, "sorted ascending by": False,
    "ordered in ascending": False, "ordered in descending": True, "descending by": True, "ascending by": False,
    "sorted in descending": True, "sorted in ascending": False, "sorted by descending": True, "ordered by descending": True,
    "sorted by ascending": False, "ordered by ascending": False, "in descending": True, "in ascending": False,
    "ordered alphabetically by": False, "sorted alphabetically by": False,
    "in reversed lexicographical order of": True, "in reverse alphabetical order of": True, "in the order by": False,
}  # fmt: skip
"""What stands before the column that sorts; True: the largest first."""

for _way, _descending in (("ascending", False), ("descending", True), ("increasing", False), ("decreasing", True),
                          ("reverse", True), ("reversed", True), ("", False)):  # fmt: skip
    for _kind in (
        "alphabetical",
        "alphabetic",
        "lexicographical",
        "lexicographic",
        "chronological",
        "numerical",
        "",
    ):
        for _end in ("of", "by", "on", "according to"):
            ORDERS.setdefault(" ".join(f"in {_way} {_kind} order {_end}".split()), _descending)
            ORDERS.setdefault(" ".join(f"in {_kind} {_way} order {_end}".split()), _descending)

for _verb in ("order", "sort", "arrange", "rank", "list"):
    for _what in ("result", "list", "output", "row", "them", "it", "answer", "everything", "record"):
        ORDERS.setdefault(f"{_verb} {_what} by", False)

ORDER_ALONE = {
    "in alphabetical order": False, "alphabetically": False, "in ascending order": False,
    "in lexicographical order": False, "in lexicographic order": False, "in descending order": True,
    "in reverse alphabetical order": True, "in reversed lexicographical order": True,
    "in descending alphabetical order": True, "in decreasing order": True, "in increasing order": False,
    "in ascending alphabetical order": False, "ascending": False, "descending": True, "chronologically": False,
    "in chronological order": False, "in ascending lexicographical order": False, "in alphabetic order": False,
    "in descending lexicographical order": True, "in reverse lexicographical order": True,
}  # fmt: skip
"""They sort by the column nearest before."""

for _phrase, _descending in list(ORDERS.items()):
    if _phrase.startswith("in ") and _phrase.endswith("order of") and _phrase != "in order of":
        ORDER_ALONE.setdefault(_phrase.removesuffix(" of"), _descending)

DESCENDING = ("descending", "desc", "decreasing", "reverse", "reversed", "in descending order", "from high to low",
              "from highest to lowest", "from most to least", "from largest to smallest", "largest first",
              "highest first", "from the largest to the smallest", "from greatest to least", "from greatest to smallest", "from oldest to youngest", "from old to young", "from latest to earliest", "starting from the highest", "from biggest to smallest", "from longest to shortest", "from most recent to least recent", "from most expensive to cheapest", "from newest to oldest", "starting from the most", "highest to lowest", "most to least", "largest to smallest", "starting with the highest",  "from the highest to the lowest")  # fmt: skip

ASCENDING = (
    "ascending", "in ascending order", "asc", "increasing", "from low to high", "from lowest to highest",
    "from least to most", "from least to greatest", "from smallest to largest", "from small to large",
    "from the lowest to the highest", "from the smallest to the largest", "from least to largest",
    "from shortest to longest", "from cheapest to most expensive", "from youngest to oldest", "from young to old",
    "from earliest to latest", "lowest first", "smallest first", "least to most", "lowest to highest",
    "smallest to largest", "starting from the lowest", "starting with the lowest", "from a to z",
)  # fmt: skip
