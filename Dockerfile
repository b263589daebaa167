# Clientele in a container: no shell, no package manager, nobody's root.
#
#   docker build --build-arg VERSION=v1.0.0 -t clientele .
#   docker run --rm --read-only --tmpfs /tmp -v $PWD:/etc/clientele:ro -v clientele:/var/lib/clientele clientele run
#
# The embedded warehouse is C++, so the image has the C and C++ libraries of the
# Debian that the program is linked on: both stages are of bookworm.
FROM golang:1.26-bookworm AS build
ARG VERSION=devel
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=1 go build -trimpath -tags timetzdata -ldflags "-s -w -X main.release=$VERSION" -o /out/clientele ./jobs/clientele \
 && install -d -m 0755 /out/home

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /out/clientele /usr/local/bin/clientele
# A volume takes its owner from what lies there in the image.
COPY --from=build --chown=65532:65532 /out/home /var/lib/clientele
USER 65532:65532
VOLUME ["/var/lib/clientele"]
WORKDIR /etc/clientele
ENTRYPOINT ["/usr/local/bin/clientele", "--config", "/etc/clientele/clientele.yaml", "--home", "/var/lib/clientele"]
CMD ["run"]
