"""The Spanish of Spain: the Spanish of the app, which is that of Latin America, with other words from a table.

"Párese" asks people in Spain to stop and not to stand up, so the words matter. Every message of `locale/es`, also a new
one, is read with the words of this table at the clinics of the region Spain.
"""

from __future__ import annotations

import re

from django.utils.translation import trans_real

#: Words of Latin America as regular expressions, and what they are in Spain. The first that matches is used. A capital
#: letter at the start is kept.
WORDS = (
    (r"nada donde pararse o agarrarse", "nada donde ponerse de pie o agarrarse"),
    (r"manos para pararse", "manos para levantarse"),
    (r"antes de pararse", "antes de levantarse"),
    (r"pararse", "ponerse de pie"),
    (r"párese", "póngase de pie"),
    (r"se para bien", "está bien de pie"),
    (r"se para otra vez", "se pone de pie otra vez"),
    (r"del mostrador", "de la encimera"),
    (r"al mostrador", "a la encimera"),
    (r"el mostrador", "la encimera"),
    (r"un mostrador largo", "una encimera larga"),
    (r"un mostrador", "una encimera"),
    (r"mostrador", "encimera"),
    (r"piso", "suelo"),
    (r"caminadora", "cinta de correr"),
    (r"bicicleta fija", "bicicleta estática"),
    (r"manubrio", "manillar"),
    (r"baranda", "barandilla"),
    (r"barandas", "barandillas"),
    (r"de banca a banca", "de banco a banco"),
    (r"estufa", "cocina"),
    (r"el auto", "el coche"),
    (r"un auto", "un coche"),
    (r"con lentes", "con gafas"),
    (r"maneje", "conduzca"),
    (r"jala", "lleva"),
    (r"jale", "lleve"),
    (r"jalar", "tirar"),
    (r"las computadoras", "los ordenadores"),
    (r"computadora", "ordenador"),
    (r"computadoras", "ordenadores"),
    (r"angosta", "estrecha"),
    (r"en la mañana", "por la mañana"),
    (r"en la tarde", "por la tarde"),
    (r"en la noche", "por la noche"),
    (r"hacia adentro", "hacia dentro"),
    (r"hacia afuera", "hacia fuera"),
    (r"de adentro", "de dentro"),
    (r"de afuera", "de fuera"),
    (r"afuera", "fuera"),
    (r"tapetes", "alfombras"),
)
_PATTERN = re.compile("|".join(rf"\b({word})\b" for word, _ in WORDS), re.IGNORECASE)


def translate(text: str) -> str:
    """Return a Spanish text in the words of Spain."""
    new = _PATTERN.sub(_replace, text)
    # "Encimera" is feminine, "mostrador" is not.
    return new.replace(" en él", " en ella") if "encimera" in new.lower() else new


def _replace(match: re.Match[str]) -> str:
    assert match.lastindex is not None  # noqa: S101  # each alternative is one group
    new = WORDS[match.lastindex - 1][1]
    return new[0].upper() + new[1:] if match[0][0].isupper() else new


def use_words_of_spain() -> None:
    """Give the language tag "es-es" the messages of "es" in the words of Spain. Called once, when the app starts.

    A folder locale/es_ES would not do: gettext also looks there for plain "es", which it completes to "es_ES".
    """
    for catalog in trans_real.translation("es-es")._catalog._catalogs:  # type: ignore[attr-defined]
        catalog.update({key: translate(text) for key, text in catalog.items() if key})
