"""Settings of the tests: those of the app in test mode, whatever the environment of the shell says.

pytest-django loads settings before any conftest, so the mode is chosen here and not in a fixture.
"""

import os
import tempfile

os.environ["SUREFOOT_MODE"] = "test"
# Playwright runs an event loop in the thread of a browser test; the ORM calls in that thread are not async.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from clinic.settings import *  # noqa: F403

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # In a file and not in memory: only with a file do threads wait for each other, as in production.
    DATABASES["default"]["TEST"] = {  # noqa: F405
        "NAME": os.path.join(tempfile.gettempdir(), f"surefoot-test-{os.getpid()}.sqlite3")
    }
    # Tests need not survive a power cut: do not wait for the disk.
    DATABASES["default"]["OPTIONS"]["init_command"] = DATABASES["default"]["OPTIONS"]["init_command"].replace(  # noqa: F405
        "synchronous=FULL", "synchronous=OFF"
    )

# No test writes the files of an installation.
AUDIT_HEADS_FILE = os.path.join(tempfile.gettempdir(), f"surefoot-test-{os.getpid()}-heads.txt")
ERASED_LIST = os.path.join(tempfile.gettempdir(), f"surefoot-test-{os.getpid()}-erased.txt")
