# syntax=docker/dockerfile:1
# Reprise in a container: docs/install.md#container says how to run it.
#
#     docker build --build-arg COMMIT=$(git describe --always --exclude='*' --abbrev=12) -t reprise .

FROM maven:3.9-eclipse-temurin-25 AS build
ARG COMMIT=unknown
RUN apt-get update && apt-get install -y --no-install-recommends unzip && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -Prelease -Dmaven.test.skip=true -Dreprise.commit="$COMMIT" package -pl distribution -am \
 && mkdir -p /opt/reprise /data \
 && tar -xzf distribution/target/reprise-*-linux-x64.tar.gz -C /opt/reprise --strip-components=1 \
 && rm -rf /opt/reprise/docs /opt/reprise/examples /opt/reprise/deploy /opt/reprise/install.sh

# The system that releases are tried on; it has bash, the C++ library that ONNX Runtime needs, and little else.
FROM debian:12-slim
LABEL org.opencontainers.image.title="Reprise" \
      org.opencontainers.image.description="A semantic cache server for LLM calls" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/reprise /opt/reprise
COPY --from=build --chown=65532:65532 /data /data
# The root may be read-only: all that is written goes to /data, and libraries are unpacked in /tmp.
ENV PATH=/opt/reprise/bin:$PATH \
    HOME=/tmp \
    LANG=C.UTF-8 \
    REPRISE_HOST=0.0.0.0 \
    REPRISE_PORT=8080 \
    REPRISE_DATA=/data
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080
# No curl is needed: bash speaks HTTP well enough. A server with tls.cert wants a check of its own.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${REPRISE_PORT} && printf 'GET /health/live HTTP/1.0\\r\\nhost: localhost\\r\\n\\r\\n' >&3 && IFS= read -r status <&3 && case $status in *' 200 '*) ;; *) exit 1 ;; esac"]
ENTRYPOINT ["reprise"]
CMD ["serve"]
