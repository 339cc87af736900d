# Two stages on one base: the environment is built at the path where it runs. Runs with a read-only root file system: everything
# that is written lies under KAWAL_HOME. One process per container, because the rolling windows are in the process.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/kawal
RUN python -m venv .venv
COPY requirements-postgres.lock requirements-kafka.lock requirements-build.lock ./
RUN .venv/bin/pip install --require-hashes -r requirements-postgres.lock \
    && .venv/bin/pip install --require-hashes -r requirements-kafka.lock \
    && .venv/bin/pip install --require-hashes -r requirements-build.lock
COPY pyproject.toml LICENSE ./
COPY app/ app/
COPY models/ models/
COPY data/ data/
# The demo has its webhook checked by docs/verify_webhook.py: docker run ... kawal demo --check --home /var/lib/kawal/demo
COPY docs/ docs/
# Installed in place: rule packs and models are found beside app/, as in a clone.
RUN .venv/bin/pip install --no-deps --no-build-isolation -e . \
    && .venv/bin/pip uninstall --yes hatchling trove-classifiers pip \
    && .venv/bin/python -m compileall -q app

FROM python:3.13-slim
# curl: `kawal demo --check` tries the lines that it prints.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends curl \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 kawal \
    && useradd --uid 10001 --gid kawal --no-create-home --home-dir /var/lib/kawal --shell /usr/sbin/nologin kawal \
    && install --directory --owner=kawal --group=kawal --mode=0700 /var/lib/kawal
COPY --from=build /srv/kawal /srv/kawal
ENV PATH=/srv/kawal/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    KAWAL_HOME=/var/lib/kawal
WORKDIR /srv/kawal
VOLUME ["/var/lib/kawal"]
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('KAWAL_PORT', '8000') + '/livez', timeout=3)"]
CMD ["kawal", "serve", "--host", "0.0.0.0"]
