"""Language: the offline translator reads English, and says so when a question is in another language."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from dbchat_magic.core.schema import Schema
from dbchat_magic.errors import NotUnderstood
from dbchat_magic.language import marked, phrase
from dbchat_magic.linking.words import Word

ENGLISH = frozenset(
    """the a an of in on at to for with by is are was were what which who whose where when how many much
    show list find give me all each and or not have has do does did number average total count most
    least more than""".split()
)

FOREIGN = {
    marked("German"): "der die das und ist wie viele welche welcher zeige mir alle von mit für nicht ein eine haben hat gibt es wer nach",
    marked("French"): "le la les des et est combien quel quelle quels quelles montre moi tous de du avec pour pas un une sont qui par dans",
    marked("Spanish"): "el los las y es cuántos cuántas cuantos cuantas cuál qué muestra todos de del con para no un una son quién por en",
    marked("Italian"): "il lo gli e è quanti quante quale mostra tutti di del con per non un una sono chi nel della",
    marked("Portuguese"): "o os as e é quantos quantas qual mostre todos de do da com para não um uma são quem por em",
    marked("Dutch"): "de het en is hoeveel welke toon alle van met voor niet een zijn wie per geef mij",
}  # fmt: skip

IN_ENGLISH = marked("Ask in English, or configure a model with DBCHAT_MODEL.")


def check_language(text: str, words: Sequence[Word], schema: Schema) -> None:
    """Raises NotUnderstood when the question is not English."""
    script = foreign_script(text)
    if script and not mostly_latin(text):
        raise NotUnderstood(
            phrase(
                "The question is written in {script} letters; the offline translator reads only English.",
                script=phrase(script),
            ),
            phrase(IN_ENGLISH),
        )
    lower = {word.text.lower() for word in words if not word.quoted}
    scores = {language: len(lower & set(common.split())) for language, common in FOREIGN.items()}
    likeliest = max(scores, key=lambda language: scores[language])
    if scores[likeliest] >= 2 and scores[likeliest] > len(lower & ENGLISH):
        raise NotUnderstood(
            phrase(
                "The question seems to be {language}; the offline translator reads only English.",
                language=phrase(likeliest),
            ),
            phrase(IN_ENGLISH),
        )


def foreign_script(text: str) -> str:
    """The script of the first letter that is not Latin, as Unicode names it; "" when there is none."""
    for letter in text:
        if letter.isalpha() and not letter.isascii():
            name = unicodedata.name(letter, "").split(" ")[0]
            if name not in ("LATIN", "MICRO", "FEMININE", "MASCULINE", ""):
                return {"CJK": marked("Chinese")}.get(name, name.capitalize())
    return ""


def mostly_latin(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(letter.isascii() for letter in letters) >= len(letters)
