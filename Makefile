# Quorum Lab: `make run` builds everything and serves it on 127.0.0.1:8080.
# It needs Go, Node with npm, and make; the browser tests also want Chromium,
# which `make tools` installs where there is apt-get.

GO       ?= go
ADDR     ?= 127.0.0.1:8080
SITE_URL ?= http://$(ADDR)
SEEDS    ?= 1
PROOFS   ?= 1000

WASM_FLAGS := -trimpath -buildvcs=false -ldflags="-s -w -buildid="

# What runs for every message, write or event of a world is compiled as always;
# everything else in lab.wasm without inlining, which is smaller (RATIONALE,
# "What does the download weigh?").
LAB_HOT := runtime/... internal/... sync/... bytes strings unicode/utf8 strconv sort slices container/... \
           context io math/bits reflect time encoding/binary crypto/sha256 crypto/internal/fips140/... \
           $(addprefix github.com/hashicorp/,raft go-metrics go-msgpack/...) \
           github.com/google/btree \
           quorumlab/lab $(addprefix quorumlab/lab/,disk event lease member mvcc network rpc)
LAB_FLAGS := -buildmode=c-shared $(WASM_FLAGS) -gcflags=all=-l $(LAB_HOT:%=-gcflags=%=)

STATIC_NPM := static/node_modules/.package-lock.json
WORKER_NPM := server/worker/node_modules/.package-lock.json

.PHONY: help run build lab site worker test prove lint fmt bench shots lighthouse frames tools clean \
        test-go test-node test-browser test-worker test-exercises FORCE

help:            ## this menu
	@sed -n 's/^\([a-z-]*\): .*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

run: build       ## build everything and serve it: ADDR=127.0.0.1:8080
	dist/quorumlab serve --addr $(ADDR)

build: site      ## dist/quorumlab: the one binary, with the site and the lab in it
	$(GO) build -trimpath -o dist/quorumlab ./server/cmd/quorumlab

lab: dist/lab.wasm  ## dist/lab.wasm: the world, the same bytes for the same commit
dist/lab.wasm: FORCE
	@mkdir -p dist
	@rpc=$$($(GO) list -f '{{.Dir}}' net/rpc) && \
	  printf '{"Replace": {"%s/debug.go": "", "%s/client.go": "", "%s/server.go": "%s"}}\n' \
	    "$$rpc" "$$rpc" "$$rpc" wasm/overlay/netrpc/rpc.go > dist/overlay.json
	GOOS=wasip1 GOARCH=wasm $(GO) build -overlay dist/overlay.json $(LAB_FLAGS) -o $@ ./wasm

site: dist/lab.wasm $(STATIC_NPM)  ## dist/site: the site as files, for any static host
	$(GO) run ./server/cmd/buildsite -url $(SITE_URL)

worker: site     ## dist/worker: the app as a Cloudflare Worker
	$(GO) tool workers-assets-gen -mode=go -o dist/worker
	GOOS=js GOARCH=wasm $(GO) build $(WASM_FLAGS) -o dist/worker/app.wasm ./server/worker

test: tools lint build test-go test-node test-browser test-worker test-exercises  ## everything; `make test-go` and so on run a part

test-go: build   ## Go's tests
	$(GO) test ./...

test-node: build $(STATIC_NPM)  ## the TypeScript host and projection, in Node
	node static/test/run.mjs node

test-browser: build $(STATIC_NPM)  ## the page and the host in Chromium
	node static/test/run.mjs browser

test-worker: worker $(WORKER_NPM)  ## the Worker in real workerd
	cd server/worker && node --test test/

test-exercises: build  ## every solution and wrong attempt through the lab: SEEDS=1
	dist/quorumlab exercise check --seeds $(SEEDS)

prove: build     ## a thousand histories under faults, judged for linearizability: PROOFS=1000
	dist/quorumlab prove --seeds $(PROOFS) --keep dist/failures

lint: $(STATIC_NPM)  ## gofmt, vet, staticcheck, tsc
	@test -z "$$(gofmt -l content exercises grader lab server static/bundle wasm | tee /dev/stderr)"
	$(GO) vet ./...
	GOOS=wasip1 GOARCH=wasm $(GO) vet ./wasm
	GOOS=js GOARCH=wasm $(GO) vet ./server/worker
	$(GO) tool staticcheck ./...
	@for config in $$(find static -name tsconfig.json -not -path '*/node_modules/*'); do \
	  echo "tsc -p $$config"; static/node_modules/.bin/tsc --noEmit -p $$config || exit 1; done

fmt:             ## gofmt
	gofmt -w content exercises grader lab server static/bundle wasm

bench: build $(STATIC_NPM)  ## dist/bench.json: the same runs under wazero and in V8; and frames
	dist/quorumlab bench --recordings dist/bench > dist/bench-wazero.json
	node static/test/run.mjs bench
	node static/test/run.mjs frames | tee dist/bench-frames.json

shots: build $(STATIC_NPM)  ## dist/shots: pictures of every page and panel, to look at: SCENES="lesson dark 360"
	node static/test/run.mjs shots $(SCENES)

frames: build $(STATIC_NPM)  ## how long a frame takes with 7 members and a busy client, at 1x and 10x
	node static/test/run.mjs frames

lighthouse: build $(STATIC_NPM)  ## dist/lighthouse: a phone's view of four pages; npx fetches Lighthouse (185 MB)
	node static/test/run.mjs lighthouse

tools: $(STATIC_NPM) $(WORKER_NPM)  ## what tests need beside Go and Node
	@command -v chromium >/dev/null || ! command -v apt-get >/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }

$(STATIC_NPM): static/package.json static/package-lock.json
	cd static && npm ci && touch node_modules/.package-lock.json

$(WORKER_NPM): server/worker/package.json server/worker/package-lock.json
	cd server/worker && npm ci && touch node_modules/.package-lock.json

clean:           ## all that was made
	rm -rf dist server/site/dist/files server/site/dist/site.json
