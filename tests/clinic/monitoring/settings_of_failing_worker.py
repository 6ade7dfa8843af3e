"""Settings of a worker of production in whose lanes jobs fail, with everything that the database holds in the error."""

import warnings

from django.core.mail import EmailMessage

from clinic.settings import *  # noqa: F403

PERIODIC_JOBS = {f"{__name__}.{name}": 60 for name in ("fail_with_everything", "warn_of_everything")}
EXTERNAL_JOBS = {f"{__name__}.break_a_constraint": 60}


def _everything():
    from clinic.models import OutboxMessage, User

    return str([*OutboxMessage.objects.values(), *User.objects.values("name", "email")])


def fail_with_everything(now):
    raise ValueError(_everything())


def warn_of_everything(now):
    warnings.warn(_everything(), stacklevel=1)


def break_a_constraint(now):
    """Add an account twice: PostgreSQL quotes the row in the text of the error."""
    from clinic.models import User

    EmailMessage("Told", _everything(), None, [User.objects.earliest("pk").email]).send()
    user = User.objects.exclude(email=None).earliest("pk")
    User.objects.create(email=user.email, name=user.name)
