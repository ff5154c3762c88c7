"""Demonyms: "French" is what comes from France."""

from __future__ import annotations

DEMONYMS = {
    "afghan": "Afghanistan", "albanian": "Albania", "algerian": "Algeria", "american": "United States",
    "argentine": "Argentina", "argentinian": "Argentina", "armenian": "Armenia", "australian": "Australia",
    "austrian": "Austria", "bangladeshi": "Bangladesh", "belgian": "Belgium", "bolivian": "Bolivia",
    "brazilian": "Brazil", "british": "United Kingdom", "bulgarian": "Bulgaria", "canadian": "Canada",
    "chilean": "Chile", "chinese": "China", "colombian": "Colombia", "croatian": "Croatia", "cuban": "Cuba",
    "czech": "Czech Republic", "danish": "Denmark", "dutch": "Netherlands", "egyptian": "Egypt",
    "english": "England", "estonian": "Estonia", "ethiopian": "Ethiopia", "finnish": "Finland",
    "french": "France", "german": "Germany", "ghanaian": "Ghana", "greek": "Greece", "hungarian": "Hungary",
    "icelandic": "Iceland", "indian": "India", "indonesian": "Indonesia", "iranian": "Iran", "iraqi": "Iraq",
    "irish": "Ireland", "israeli": "Israel", "italian": "Italy", "jamaican": "Jamaica", "japanese": "Japan",
    "kenyan": "Kenya", "korean": "South Korea", "latvian": "Latvia", "lebanese": "Lebanon",
    "lithuanian": "Lithuania", "malaysian": "Malaysia", "mexican": "Mexico", "moroccan": "Morocco",
    "nigerian": "Nigeria", "norwegian": "Norway", "pakistani": "Pakistan", "peruvian": "Peru",
    "philippine": "Philippines", "filipino": "Philippines", "polish": "Poland", "portuguese": "Portugal",
    "romanian": "Romania", "russian": "Russia", "saudi": "Saudi Arabia", "scottish": "Scotland",
    "serbian": "Serbia", "singaporean": "Singapore", "slovak": "Slovakia", "slovenian": "Slovenia",
    "spanish": "Spain", "swedish": "Sweden", "swiss": "Switzerland", "taiwanese": "Taiwan", "thai": "Thailand",
    "tunisian": "Tunisia", "turkish": "Turkey", "ukrainian": "Ukraine", "uruguayan": "Uruguay",
    "venezuelan": "Venezuela", "vietnamese": "Vietnam", "welsh": "Wales",
}  # fmt: skip

OTHER_NAMES = {
    "United States": ("USA", "US", "United States of America"), "United Kingdom": ("UK", "Great Britain", "GB"),
    "South Korea": ("Korea", "Republic of Korea"), "Czech Republic": ("Czechia",), "Netherlands": ("Holland",),
    "Russia": ("Russian Federation",),
}  # fmt: skip


def countries_of(word: str) -> tuple[str, ...]:
    """The country behind a demonym or another of its names, in every spelling known.

    >>> countries_of("british")
    ('United Kingdom', 'UK', 'Great Britain', 'GB')
    """
    for name, others in OTHER_NAMES.items():
        if word.casefold() in (other.casefold() for other in (name, *others)):
            return (name, *others)
    country = DEMONYMS.get(word.casefold())
    return (country, *OTHER_NAMES.get(country, ())) if country else ()
