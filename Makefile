# The front door. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# single: the single-node Kubernetes that `make cluster` starts. current: the context of your own kubeconfig.
CLUSTER ?= single
ifeq ($(CLUSTER),single)
export KUBECONFIG := $(CURDIR)/cluster/kubeconfig
endif
export CLUSTER

.PHONY: help demo test unit cluster images install e2e soak bench down crds format lint

help: ## this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  CLUSTER=current uses the context of your kubeconfig instead of the single node."

demo: install ## a Kubernetes, Kafka, a git server, the operator, and three AgentTasks side by side
	@examples/demo/run

test: lint unit e2e ## every test, on real parts
	@echo "All tests passed."

unit: ## the tests of api, controller and worker: pure ones, and those on a real API server, Kafka and git
	@scripts/test-modules

cluster: ## start the single node and write its kubeconfig to cluster/kubeconfig
	@if [ "$(CLUSTER)" = single ]; then cluster/up; else kubectl config current-context; fi

images: ## build the images into build/images
	@images/build

install: cluster images ## install the chart into the cluster
	@scripts/install

e2e: install ## the tests on the node
	@scripts/mvn -pl api,e2e verify

soak: install ## kill everything around running tasks, ROUNDS=3 times, and see that nothing is lost; SEED= repeats a run
	@scripts/soak

bench: install ## measure, and print what docs/benchmarks.md records
	@bench/run

down: ## stop and remove all that was started
	@scripts/down

crds: ## write crds/ from the records of api
	@scripts/mvn -q -pl api -am test -Dcrds.write=true -Dtest=CustomResourceDefinitionsTest
	@ls crds

format: ## format the Java code
	@scripts/mvn -q spotless:apply

lint: ## check the scripts and the chart
	@scripts/lint
