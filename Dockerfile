# One image for `ccm serve`, `ccm worker` and Lambda: docs/containers.md. Nothing here depends on the architecture.
# The tag says what it is; whoever builds for production pins its digest too: docs/containers.md tells how.
ARG PYTHON=python:3.13-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
# What changes seldom comes first. Hashed requirements only; nothing is compiled, so the final stage needs no compiler.
COPY requirements-image.lock requirements-build.lock ./
RUN python -m venv --without-pip /opt/ccm \
    && python -m pip --python /opt/ccm/bin/python install --require-hashes --only-binary :all: -r requirements-image.lock \
    && python -m venv --without-pip /opt/build \
    && python -m pip --python /opt/build/bin/python install --require-hashes --only-binary :all: -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY src src
# What `ccm --version` says; there is no git in here. The release passes the tag on.
ARG VERSION=0.0.0
RUN SETUPTOOLS_SCM_PRETEND_VERSION=${VERSION} /opt/build/bin/python -m hatchling build -t wheel -d dist \
    && python -m pip --python /opt/ccm/bin/python install --no-deps --no-index dist/*.whl

FROM ${PYTHON}
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="CCM Engine" \
      org.opencontainers.image.description="Continuous control monitoring for the cloud" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# /data is the one place that is written to, with /tmp; the root file system may be read-only.
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin ccm \
    && install -d -o 10001 -g 10001 -m 0755 /data
COPY --from=build /opt/ccm /opt/ccm
COPY --chmod=0755 container/entrypoint.sh container/healthcheck.py /opt/
ENV PATH=/opt/ccm/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CCM_STORE=sqlite:////data/ccm.db \
    CCM_LOG_FORMAT=json
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "/opt/healthcheck.py"]
ENTRYPOINT ["/opt/entrypoint.sh"]
CMD ["serve"]
