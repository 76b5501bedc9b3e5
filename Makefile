# The front door. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# single: the single-node Kubernetes that `make cluster` starts. current: the context of your own kubeconfig.
CLUSTER ?= single
ifeq ($(CLUSTER),single)
export KUBECONFIG := $(CURDIR)/cluster/kubeconfig
endif
export CLUSTER

.PHONY: help demo test unit cluster images cli install e2e acceptance slow soak bench down crds schemas format lint

help: ## this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  CLUSTER=current uses the context of your kubeconfig instead of the single node."

demo: install ## a Kubernetes, Kafka, a git server, the operator, and three AgentTasks side by side
	@examples/demo/run

test: lint unit e2e acceptance ## every test, on real parts
	@echo "All tests passed."

unit: ## the tests of api, controller, worker and cli: pure ones, and those on a real API server, Kafka and git
	@scripts/test-modules

cluster: ## start the single node and write its kubeconfig to cluster/kubeconfig
	@if [ "$(CLUSTER)" = single ]; then cluster/up; else kubectl config current-context; fi

images: ## build the images into build/images
	@images/build

cli: ## package kubectl agenttask into build/cli
	@cli/package

install: cluster images ## install the chart into the cluster
	@scripts/install

# Many of these tests run at once, and most of their tasks wait. The one controller has all of them to look after.
e2e acceptance slow: export HELM_ARGS ?= --set tasks.maxRunning=16 --set controller.resources.requests.cpu=250m --set tasks.resources.git.requests.cpu=50m --set tasks.resources.worker.requests.cpu=20m --set tasks.resources.sandbox.requests.cpu=10m --set tasks.resources.sandbox.requests.memory=256Mi
e2e: install cli ## the tests on the node
	@scripts/prometheus-tools
	@scripts/mvn -pl api,e2e verify -DexcludedGroups=acceptance,slow

acceptance: install cli ## fifty tasks from a pipeline; all that tells of them agrees at any time
	@scripts/mvn -pl api,e2e verify -Dgroups=acceptance

slow: install ## the tests on the node that wait for minutes: a node that is lost, a repository of 2 GB
	@scripts/mvn -pl api,e2e verify -Dgroups=slow

soak: install ## kill everything around running tasks, ROUNDS=3 times, and see that nothing is lost; SEED= repeats a run
	@scripts/soak

bench: install cli ## measure, and print what docs/benchmarks.md records
	@bench/run
	@bench/cli
	@bench/forecast

down: ## stop and remove all that was started
	@scripts/down

crds: ## write crds/ from the records of api
	@scripts/mvn -q -pl api -am test -Dcrds.write=true -Dtest=CustomResourceDefinitionsTest
	@ls crds

schemas: ## write docs/events from the records of api
	@scripts/mvn -q -pl api -am test -Dschemas.write=true -Dtest=EventSchemasTest
	@ls docs/events

format: ## format the Java code
	@scripts/mvn -q spotless:apply

lint: ## check the scripts, the chart, the rules and the dashboards
	@scripts/lint
