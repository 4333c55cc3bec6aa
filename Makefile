# Verbs for people; the build itself is Meson's (meson.build). `make help` lists them.
#
#   make            configure if needed, build                     build/entente
#   make run        install what is missing, build, load the sample network, serve, print a link
#   make run-pair   the same with two small instances that meet, for docs/two-instances.md (in .pair)
#   make t          the quick tests, with address and undefined-behaviour sanitizers
#                   make t ONLY=trust    only tests whose name or suite has this word
#   make test       install what is missing, then everything that CI runs
#   make bench      the benchmarks
#   make bless      rewrite the golden files; the diff shows what changed
#   make install    install the program and its manual page (PREFIX, DESTDIR)
#   make clean      remove what was built; keeps the instances in .entente and .pair
#
# Variables: PORT=8080  DIR=.entente  CC=gcc

BUILD   ?= build
DIR     ?= .entente
PORT    ?=
PREFIX  ?= /usr/local
ENTENTE := $(BUILD)/src/cli/entente
PYTHON  := $(firstword $(wildcard /usr/bin/python3) python3)
WEB     := $(shell find web/src web/build.mjs web/package.json web/package-lock.json -type f 2>/dev/null)

# What `make run` loads into a new instance: the verb and the folders. The exercise is made for today,
# beside the instance, so that its files stay those of the day on which it was loaded.
LOAD   ?= sample --home sample:ca-cansofcom --path
SAMPLE ?= data/sample $(DIR)/exercise

.PHONY: all run run-pair t test bench bless install clean help web load

all: web $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet

help:
	@sed -n '2,/^$$/s/^#\( \{0,1\}\)//p' Makefile

$(BUILD)/build.ninja:
	meson setup $(BUILD) -Dtests=false --prefix=$(PREFIX)

# The interface is embedded in the program. Without node and npm the program is built without it,
# and its pages say so.
web: web/dist/index.html

web/dist/index.html: $(WEB)
	@if [ -d web/node_modules ]; then cd web && npm run --silent build; \
	else echo "web: not built, web/node_modules is absent (tools/deps run installs it)"; fi

run:
	@tools/deps run
	@$(MAKE) --no-print-directory all
	@$(MAKE) --no-print-directory load
	@$(ENTENTE) --dir $(DIR) serve $(if $(PORT),--port $(PORT)) --print-login-link

# Ctrl-C ends both; that is no failure.
run-pair:
	@tools/deps run
	@$(MAKE) --no-print-directory all
	@$(PYTHON) tools/pair.py --entente $(ENTENTE)

# Once: a load that was interrupted is taken up again, since imports are idempotent.
load: $(DIR)/.loaded

$(DIR)/.loaded:
	@[ -f $(DIR)/ledger.db ] || $(ENTENTE) --dir $(DIR) --quiet init
	@[ -d $(DIR)/exercise ] || $(PYTHON) data/exercise/generate.py --until $$(date -u +%F) --out $(DIR)/exercise
	@for folder in $(SAMPLE); do \
		echo "loading $$folder"; \
		$(ENTENTE) --dir $(DIR) $(LOAD) $$folder || exit 1; \
	done
	@touch $@

t:
	@$(PYTHON) tools/check.py quick $(if $(ONLY),--only $(ONLY))

test:
	@tools/deps test
	@$(PYTHON) tools/check.py all

bench:
	@tools/deps bench
	@$(MAKE) --no-print-directory all
	@$(PYTHON) tools/check.py bench $(if $(ONLY),--only $(ONLY))

bless:
	@ENTENTE_BLESS=1 $(PYTHON) tools/check.py golden
	@git --no-pager diff --stat -- tests docs

install: all
	DESTDIR=$(DESTDIR) meson install -C $(BUILD) --no-rebuild
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	$(ENTENTE) --lang en man > $(DESTDIR)$(PREFIX)/share/man/man1/entente.1
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	$(ENTENTE) completion bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/entente

clean:
	rm -rf build build-test build-clang web/dist
