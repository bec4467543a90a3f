# The program and nothing else: static, as user 999, fit for a read-only root file system.
FROM rust:1-alpine AS build
RUN apk add --no-cache musl-dev gcc make
COPY . /src
WORKDIR /src
RUN cargo build --locked --profile dist --package gitopslint \
    && cp target/dist/gitopslint /gitopslint

FROM scratch
COPY --from=build /gitopslint /usr/local/bin/gitopslint
USER 999:999
ENV PATH=/usr/local/bin
ENTRYPOINT ["/usr/local/bin/gitopslint"]
CMD ["check"]
