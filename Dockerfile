# One binary beside the PostgreSQL programs: with DATABASE_URL set the database is elsewhere, without it a private one
# lives in the volume.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /guichet ./cmd/guichet

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends postgresql ca-certificates tzdata && rm -rf /var/lib/apt/lists/* \
	&& useradd --create-home guichet && install -d -o guichet /var/lib/guichet
COPY --from=build /guichet /usr/local/bin/guichet
USER guichet
ENV GUICHET_DATA=/var/lib/guichet GUICHET_CACHE=/var/lib/guichet/cache
RUN guichet kb learn
VOLUME /var/lib/guichet
EXPOSE 8080
ENTRYPOINT ["guichet"]
CMD ["serve"]
