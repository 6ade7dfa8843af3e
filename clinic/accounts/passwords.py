"""Validators of passwords after NIST SP 800-63B-4, section 3.1.1: length and known passwords, no composition rules.

`settings.AUTH_PASSWORD_VALIDATORS` names them, so every form and command that sets a password uses them.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clinic.accounts.known_passwords import is_known, normalise
from clinic.accounts.selectors import has_second_factor
from clinic.models import User

#: Fewest characters of a password that signs in alone, and of one beside a second factor.
SHORTEST_ALONE, SHORTEST_WITH_FACTOR = 15, 8
#: Longest password. NIST asks for at least 64.
LONGEST = 256
#: Length that zxcvbn takes.
ZXCVBN_LENGTH = 72
#: Lowest score of zxcvbn: 3 of 4 is above 10^8 guesses, 2 above 10^6. Eight characters by chance score 2.
LOWEST_SCORE_ALONE, LOWEST_SCORE_WITH_FACTOR = 3, 2

#: Fewest letters of a person's own word that is looked for, and of what has to remain without such words.
SHORTEST_OWN_WORD, SHORTEST_REST = 3, 8


class LengthValidator:
    """At least 15 characters, or 8 for someone who has a second factor."""

    def validate(self, password: str, user: User | None = None) -> None:
        length = len(normalise(password))
        shortest = SHORTEST_WITH_FACTOR if _has_factor(user) else SHORTEST_ALONE
        if length < shortest:
            raise ValidationError(
                _("This password is too short. Use at least %(count)d characters.") % {"count": shortest},
                code="password_too_short",
            )
        if length > LONGEST:
            raise ValidationError(
                _("This password is too long. Use at most %(count)d characters.") % {"count": LONGEST},
                code="password_too_long",
            )

    def get_help_text(self) -> str:
        return _(
            "Use at least %(alone)d characters, such as four or five words that do not belong together. With a second "
            "step, %(with_factor)d are enough."
        ) % {"alone": SHORTEST_ALONE, "with_factor": SHORTEST_WITH_FACTOR}


class KnownPasswordValidator:
    """Not among half a million passwords that are known from leaks."""

    def validate(self, password: str, user: User | None = None) -> None:
        if is_known(password):
            raise ValidationError(
                _("This password is known from leaks, so it is among the first that are tried."),
                code="password_known",
            )

    def get_help_text(self) -> str:
        return _("Do not use a password that you use elsewhere.")


class StrengthValidator:
    """Hard to guess by zxcvbn, which knows words, dates, keyboard rows, repetitions, and the person's own words."""

    def validate(self, password: str, user: User | None = None) -> None:
        from zxcvbn import zxcvbn  # reads its lists of words, which most processes never need

        result = zxcvbn(normalise(password)[:ZXCVBN_LENGTH], user_inputs=_list_own_words(user))
        if result["score"] < (LOWEST_SCORE_WITH_FACTOR if _has_factor(user) else LOWEST_SCORE_ALONE):
            raise ValidationError(_("This password is too easy to guess."), code="password_too_easy")

    def get_help_text(self) -> str:
        return _("Leave out names, dates and rows of the keyboard.")


class OwnWordsValidator:
    """Not made of the person's own words: name, address, clinic. zxcvbn takes two of them in a row for a good one."""

    def validate(self, password: str, user: User | None = None) -> None:
        rest = normalise(password).lower()
        for word in sorted(_list_own_words(user), key=len, reverse=True):
            if len(word) >= SHORTEST_OWN_WORD:
                rest = rest.replace(word, " ")
        left = sum(character.isalnum() for character in rest)
        if rest != normalise(password).lower() and left < SHORTEST_REST:
            raise ValidationError(
                _("This password is little more than your name, your address or your clinic’s name."),
                code="password_own_words",
            )

    def get_help_text(self) -> str:
        return _("Do not make it of your own name or your clinic’s.")


def _has_factor(user: User | None) -> bool:
    return user is not None and not user._state.adding and has_second_factor(user)


def _list_own_words(user: User | None) -> list[str]:
    """Return words that a guesser would try first for this person."""
    words = ["surefoot"]
    if user is not None:
        email, name = user.email or "", user.name
        words += [name, *name.split(), email, *email.replace("@", ".").split(".")]
        if not user._state.adding and user.membership is not None:
            clinic = user.membership.clinic.name
            words += [clinic, *clinic.split()]
    return [word.lower() for word in words if word]
