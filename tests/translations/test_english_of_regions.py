"""The English that patients read is spelled the same in America, Britain, Ireland and Australia, and names no unit.

So there is one English text for every region: words that are spelled differently are avoided, and so are lengths,
weights and temperatures, which an American reads in other units. Blood sugar has both units in each row
(docs/decisions/0036).
"""

import re

import pytest

from .messages import for_patients

#: Words with another spelling in Britain. In a name or a source they stay as they are written there.
AMERICAN = re.compile(
    r"\b(?:\w*(?:colors?|colored|favors?|favorites?|neighbors?|behaviors?|odors?|honors?|humor|tumors?)"
    r"|labor|centers?|centered|fibers?|liters?|\w*(?:kilo|centi|milli)meters?|theaters?|gray|curbs?|plows?|pajamas"
    r"|\w{3,}(?:[aeiou]l(?:ed|ing|er))\b(?<!feeling)(?<!healed)(?<!pulled)"
    r"|(?:organ|recogn|real|apolog|memor|exerc|minim|normal|stabil|special|custom|final|util)iz(?:e[ds]?|ing|ation)"
    r"|analyz\w+|practic(?:es|ed|ing)|catalogs?|dialogs?|defense|offense|skillful|enroll\w*|mom|math"
    r"|aluminum|diarrhea|edema|anemia|hemorr\w+|ischemi\w+|orthopedic\w*|pediatric\w*|jewelry)\b",
    re.IGNORECASE,
)
BRITISH = re.compile(
    r"\b(?:\w*(?:colour|favour|neighbour|behaviour|odour|honour|tumour)\w*|labour|centres?|fibres?|litres?|metres?"
    r"|grey|kerbs?|programmes?|organis\w+|recognis\w+|practis\w+|tyres?|mum|maths|oedema|anaemia)\b",
    re.IGNORECASE,
)
UNITS = re.compile(
    r"\b(?:inch(?:es)?|yards?|miles?|pounds?|lbs?|ounces?|oz|[ck]m|kg|kilos?|(?:centi|kilo)?met(?:er|re)s?"
    r"|(?:[0-9]+|one|two|three|four|five|six|ten|a) (?:feet|foot) (?:away|apart|high|long|tall|wide)"
    r"|degrees|fahrenheit|celsius)\b|°",
    re.IGNORECASE,
)
#: Words of plans that were published before. They cannot change.
FORMER = "exercises/catalogue/former_texts.py"
#: Meters are devices for blood sugar here.
DEVICE = re.compile(r"[Yy]our meter shows|your meter show\?|on the meter", re.IGNORECASE)
#: Parts of names of publishers and programs.
NAMES = re.compile(r"Spine Care Center|Otago programme|balance programme", re.IGNORECASE)


def find(pattern):
    """Return the words of patients' messages that match, with their messages."""
    found = []
    for message in for_patients():
        if set(message.sources) == {FORMER}:
            continue
        for text in (message.id, message.plural or ""):
            rest = NAMES.sub("", DEVICE.sub("", text))
            found += [f"{word[0]}: {text}" for word in pattern.finditer(rest)]
    return found


@pytest.mark.parametrize("pattern", [AMERICAN, BRITISH], ids=["American", "British"])
def test_no_word_is_spelled_in_the_way_of_one_country(pattern):
    assert find(pattern) == []


def test_no_length_weight_or_temperature_is_in_the_units_of_one_country():
    assert find(UNITS) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (AMERICAN, "Choose the colors."),
        (AMERICAN, "Canceled. You recognized it."),
        (AMERICAN, "A curb"),
        (BRITISH, "In the centre"),
        (UNITS, "Stand 6 inches away."),
        (UNITS, "Stand two feet apart."),
        (UNITS, "Walk 10 meters."),
        (UNITS, "Above 100 °F"),
    ],
)
def test_such_words_are_found(pattern, text):
    assert pattern.search(text)
