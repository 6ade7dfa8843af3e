"""All that the worker of production writes while jobs fail and a mail server quotes what it refuses."""

import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.core.mail import EmailMessage

from tests.clinic.monitoring.test_logs import BIRTH_DATE, EMAIL, NAME, SECRET, find_canaries
from tests.clinic.smtp_sink import SmtpSink
from tests.clinic.test_worker import ROOT, Workplace
from tests.factories import UserFactory


@pytest.fixture
def output(transactional_db, tmp_path):
    """Return what `manage.py worker --once` writes to standard output and standard error."""
    UserFactory(name=NAME, email=EMAIL)
    for secret in (SECRET, f"{SECRET}-2"):
        EmailMessage(f"For {NAME}", f"{BIRTH_DATE} {secret}", None, [EMAIL]).send()
    sink = SmtpSink()
    sink.refuse_recipient = f"550 no mailbox {EMAIL} of {NAME}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.clinic.monitoring.settings_of_failing_worker",
        "SUREFOOT_MODE": "production",
        "SECRET_KEY": "only-for-this-test-but-as-long-as-production-wants-it-to-be",
        "MFA_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "plans.example.org",
        "SITE_URL": "https://plans.example.org",
        "LOG_LEVEL": "DEBUG",
        "DATABASE_URL": Workplace(tmp_path).url,
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "AUDIT_HEADS_FILE": str(tmp_path / "heads"),
        "ERASED_LIST": str(tmp_path / "erased"),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "worker", "--once"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    sink.close()
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_the_worker_writes_nothing_of_anybody_while_everything_fails(output):
    assert find_canaries(output) == []
    assert "fail_with_everything failed: ValueError" in output
    assert "break_a_constraint failed: IntegrityError" in output
    assert output.count("refused for good") == 3
    assert '"logger": "py.warnings"' in output
