# guard as an image with nothing else in it.
#
#   docker build --tag guard .
#   docker run --rm --volume "$PWD:/repository:ro" guard tenants/acme/prod=plan.json
FROM rust:1-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY Cargo.toml Cargo.lock ./
COPY src src
COPY benches benches
COPY policies policies
RUN cargo build --locked --release --bin guard

# A pipeline runs its scripts with a shell, so the image has one; guard itself needs nothing.
FROM alpine:3
RUN adduser -D -u 10001 guard
COPY --from=build /source/target/release/guard /usr/local/bin/guard
USER guard
WORKDIR /repository
ENTRYPOINT ["guard"]
