# The command line tcpurge, for pipelines that run in containers:
#
#   cargo auditable build --release --package tencentcloud-purge-cli
#   docker build --tag tcpurge .
#   docker run --rm --env TENCENTCLOUD_SECRET_ID --env TENCENTCLOUD_SECRET_KEY tcpurge zones
#
# cargo-auditable (`cargo install cargo-auditable`) writes the list of dependencies into the program,
# for scanners of images. Without it, use `cargo build`.
#
# The image has a shell, which GitLab needs. Its C library must not be older than that of the machine
# on which the program was built.
FROM debian:trixie-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY target/release/tcpurge /usr/local/bin/tcpurge
# nobody
USER 65534
ENTRYPOINT ["tcpurge"]
