# Surefoot for production: `docker build -t surefoot .`, or `docker compose up` for the whole clinic (compose.yaml).
# The image contains the code and its dependencies; every setting comes from the environment (.env.example).

# --- Python packages, built in a separate stage so that pip's files are not in the image
FROM python:3.11-slim-bookworm AS packages
RUN python -m venv /opt/venv
COPY .ci/requirements.lock .
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
        --requirement requirements.lock

# --- The image that runs
FROM python:3.11-slim-bookworm
WORKDIR /srv/surefoot
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/srv/static \
    XDG_CACHE_HOME=/tmp/cache

# The libraries that lay out PDFs, and the programs that back up PostgreSQL: the lines marked "run".
COPY .ci/debian-packages.txt /tmp/
RUN apt-get update --quiet \
    && awk '$2 == "run" { print $1 }' /tmp/debian-packages.txt \
        | xargs apt-get install --yes --quiet --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* /tmp/debian-packages.txt

COPY --from=packages /opt/venv /opt/venv
COPY . .

# Static files, hashed and compressed, are part of the image. Production settings need secrets even for this; they are
# used for this command only. The user that runs the app can write to two folders: var/, which a clinic with SQLite needs,
# and the one of backups.
RUN python -m compileall -q . \
    && SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
       MFA_ENCRYPTION_KEYS="$(python -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())')" \
       ALLOWED_HOSTS=localhost SITE_URL=https://localhost DATABASE_URL=sqlite://:memory: \
       python manage.py collectstatic --no-input \
    && useradd --system --uid 10001 --no-create-home surefoot \
    && install --directory --owner surefoot var \
    && install --directory --owner surefoot --mode 0700 /srv/backups
USER surefoot
VOLUME /srv/surefoot/var
EXPOSE 8000

# Liveness, checked without curl. Readiness (database reachable, migrations applied) is at /readyz.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]

# Two processes with four requests at a time: two that wait for a lock or a frozen database must not stop the health
# checks and everybody else. A process that dies is started again. One that does not stop on a signal is killed after
# 8 s, before Docker's own timeout (10 s). No access log: it would hold paths.
# Migrations do not run automatically: see `migrate` in compose.yaml.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "8", \
     "clinic.wsgi:application"]
