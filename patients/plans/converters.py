"""Path converters for the URLs of plans."""

from __future__ import annotations

import uuid

from patients.plans.lines import Key, format_key, parse_line_key


class ItemKeyConverter:
    """The key of a line of a draft.

    It is the exercise's UUID, followed by the first week of its phase unless that is 1 ("<uuid>_5").
    """

    regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:_[1-9][0-9]?)?"

    def to_python(self, value: str) -> Key:
        return parse_line_key(value)

    def to_url(self, value: Key | uuid.UUID | str) -> str:
        """Accept a key, or its text as templates have it."""
        return format_key(value) if isinstance(value, tuple) else str(value)
