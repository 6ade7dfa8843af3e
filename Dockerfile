# Surefoot for production: `docker build -t surefoot .`, or `docker compose up` for the whole clinic (compose.yaml).
# The image holds the code and what it runs on; every setting comes from the environment (.env.example).

# --- What Python needs, built apart so that pip and its leftovers stay behind
FROM python:3.11-slim-bookworm AS packages
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --requirement requirements.txt

# --- The image that runs
FROM python:3.11-slim-bookworm
WORKDIR /srv/surefoot
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/srv/static \
    XDG_CACHE_HOME=/tmp/cache

# The libraries that lay out PDFs: the lines marked "run".
COPY .ci/debian-packages.txt /tmp/
RUN apt-get update --quiet \
    && awk '$2 == "run" { print $1 }' /tmp/debian-packages.txt \
        | xargs apt-get install --yes --quiet --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* /tmp/debian-packages.txt

COPY --from=packages /opt/venv /opt/venv
COPY . .

# Static files, hashed and compressed, are part of the image. Production settings want a secret even for this; it
# lives for one line. Only var/ can be written by the user that runs the app, for a clinic that stays with SQLite.
RUN python -m compileall -q . \
    && SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
       ALLOWED_HOSTS=localhost SITE_URL=https://localhost DATABASE_URL=sqlite://:memory: \
       python manage.py collectstatic --no-input \
    && useradd --system --uid 10001 --no-create-home surefoot \
    && install --directory --owner surefoot var
USER surefoot
VOLUME /srv/surefoot/var
EXPOSE 8000

# Alive, asked without curl. Whether it can serve (database there, migrations applied) is what /readyz answers.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]

# One request at a time in each of two processes: the database is the only thing worth waiting for, and it queues
# better. A process that does not end when told is ended before Docker's own patience (10 s) runs out.
# Migrations never run by themselves: see `migrate` in compose.yaml.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "1", "--workers-kill-timeout", "8", "clinic.wsgi:application"]
