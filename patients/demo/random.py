"""Seeded random numbers."""

from __future__ import annotations

import datetime
import random
import uuid
from zoneinfo import ZoneInfo


class SeededRandom(random.Random):
    """A random generator seeded by a name, so that one more clinic or patient does not change the others."""

    @classmethod
    def named(cls, *names: object) -> SeededRandom:
        """Return a generator that is the same for the same names: `SeededRandom.named(seed, "patient", 7)`."""
        return cls("/".join(str(name) for name in names))

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.getrandbits(128), version=4)

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def hex(self, length: int) -> str:
        return f"{self.getrandbits(4 * length):0{length}x}"

    def moment(self, day: datetime.date, hours: tuple[int, int], zone: ZoneInfo) -> datetime.datetime:
        """Return a random time on that day between two full hours of local time, the second excluded."""
        time = datetime.time(self.randrange(*hours), self.randrange(60), self.randrange(60))
        return datetime.datetime.combine(day, time, zone)
