# syntax=docker/dockerfile:1
# Not built where this project is developed, which has no container registry: tests/test_house.py reads its text, and
# every command in it is one that `make run` or `make check` runs.

FROM python:3.11-slim AS build
# durable_rules is published as source only.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/whydenied
RUN python -m venv .venv
COPY requirements-build.lock requirements.lock ./
RUN .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements-build.lock \
    && .venv/bin/python -m pip install --no-cache-dir --require-hashes --no-build-isolation -r requirements.lock
COPY . .
RUN .venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && .venv/bin/python -m kb.build \
    && .venv/bin/mkdocs --quiet build --strict --config-file docs/mkdocs.yml

FROM python:3.11-slim
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin whydenied \
    && install --directory --owner=10001 --group=10001 /var/lib/whydenied
COPY --from=build /opt/whydenied /opt/whydenied
WORKDIR /opt/whydenied
ENV PATH=/opt/whydenied/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8080 \
    DATA_DIR=/var/lib/whydenied
USER 10001
VOLUME /var/lib/whydenied
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=2)"]
CMD ["whydenied", "serve"]
