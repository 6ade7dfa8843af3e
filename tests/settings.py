"""Settings for tests: the app's own, in test mode, whatever the shell that started them had set.

pytest-django loads settings before any conftest, so the mode is chosen here and not in a fixture.
"""

import os
import tempfile

os.environ["SUREFOOT_MODE"] = "test"
# Playwright keeps an event loop running in the thread of a journey; the ORM calls beside it are not async.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from clinic.settings import *  # noqa: F403

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # In a file and not in memory: only there do threads wait for each other, as they do in production.
    DATABASES["default"]["TEST"] = {  # noqa: F405
        "NAME": os.path.join(tempfile.gettempdir(), f"surefoot-test-{os.getpid()}.sqlite3")
    }
    # Nobody pulls the plug during a test: do not wait for the disk.
    DATABASES["default"]["OPTIONS"]["init_command"] = DATABASES["default"]["OPTIONS"]["init_command"].replace(  # noqa: F405
        "synchronous=FULL", "synchronous=OFF"
    )
