# syntax=docker/dockerfile:1
# The Python that the delivery tests run on. Pin it by digest: --build-arg PYTHON_IMAGE=...@sha256:...
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /src
# Where two dependencies have no wheel (Linux arm64) they are compiled from their sources, in this stage only.
# hadolint ignore=DL3008
RUN if [ "$(uname -m)" != x86_64 ]; then \
      apt-get update && apt-get install --yes --no-install-recommends g++ && rm -rf /var/lib/apt/lists/*; \
    fi
RUN python3 -m venv /opt/build && python3 -m venv /opt/venv
# Dependencies first, in a layer of their own, every one by its hash.
COPY requirements/build.txt requirements/run.txt requirements/
RUN /opt/build/bin/pip install --require-hashes --only-binary=:all: -r requirements/build.txt \
 && /opt/venv/bin/pip install --no-compile --require-hashes --prefer-binary -r requirements/run.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY service ./service
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/venv/bin/pip install --no-compile --no-deps --no-index /wheels/*.whl \
 && /opt/venv/bin/pip uninstall --quiet --yes pip setuptools \
 && python3 -m compileall -q -f --invalidation-mode unchecked-hash /opt/venv

FROM ${PYTHON_IMAGE} AS runtime
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="khabar" \
      org.opencontainers.image.description="Streaming ingestion of news articles on Kafka" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
# tini is process 1: it passes SIGTERM on, so that a role drains, and reaps the children of `khabar run`.
# The user's date is fixed: /etc/shadow would hold the day of the build, and no two days' layers would be equal.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /var/cache/ldconfig/aux-cache \
 && rm -rf /usr/local/lib/python3*/site-packages/* /usr/local/lib/python3*/ensurepip /usr/local/bin/pip* \
 && groupadd --system --gid 10001 khabar \
 && SOURCE_DATE_EPOCH=1700000000 useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin khabar \
 && install -d -o 10001 -g 10001 -m 0750 /var/lib/khabar
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 PYTHONFAULTHANDLER=1 PYTHONUNBUFFERED=1 \
    KHABAR_DATA_DIR=/var/lib/khabar \
    KHABAR_HTTP_HOST=0.0.0.0
USER 10001:10001
WORKDIR /var/lib/khabar
# The root file system may be read-only: state is written here and nowhere else.
VOLUME ["/var/lib/khabar"]
EXPOSE 6066
STOPSIGNAL SIGTERM
# Compose and podman ask this; Kubernetes has probes of its own. The image has no curl.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["python3", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('KHABAR_HTTP_PORT', '6066') + '/healthz', timeout=4)"]
ENTRYPOINT ["/usr/bin/tini", "--", "khabar"]
CMD ["--help"]
