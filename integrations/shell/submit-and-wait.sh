#!/bin/sh
# Submits tasks, waits for them, and writes what became of them as JUnit XML. The exit code is that of the command, which
# docs/cli.md lists. Its settings are in the environment:
#   AGENTTASK_FILES      manifests and directories of them; or
#   AGENTTASK_TEMPLATE, AGENTTASK_ITEMS  a template and its items, which are one batch; of it
#   AGENTTASK_CANARY     how many items go first; the others start when each of these has succeeded
#   AGENTTASK_PARALLELISM  how many tasks are unfinished at a time
#   AGENTTASK_MAX_FAILURES  with one failure more, nothing further is started
#   AGENTTASK_NAMESPACE  default: the one of the context
#   AGENTTASK_TIMEOUT    such as 2h; default: as long as it takes
#   AGENTTASK_FAIL_ON    failed (default), unverified or never
#   AGENTTASK_REPORT     default: agenttask-report.xml
#   AGENTTASK_CANCEL_ON_INTERRUPT  true: cancel the tasks when the job is cancelled
#   AGENTTASK_PACKAGE    where kubectl-agenttask.tar.gz is, if the program is not on the PATH: a file, or an https URL
# and KUBECONFIG, as for kubectl.
set -eu

if ! command -v kubectl-agenttask >/dev/null 2>&1; then
    package=${AGENTTASK_PACKAGE:?kubectl-agenttask is not on the PATH: set AGENTTASK_PACKAGE}
    folder=$(mktemp -d)
    case $package in
    https://*) curl --fail --silent --show-error --location "$package" | tar -xz -C "$folder" ;;
    *) tar -xzf "$package" -C "$folder" ;;
    esac
    PATH=$folder/kubectl-agenttask/bin:$PATH
    export PATH
fi

set -- --wait --fail-on "${AGENTTASK_FAIL_ON:-failed}" --junit "${AGENTTASK_REPORT:-agenttask-report.xml}"
[ -z "${AGENTTASK_NAMESPACE:-}" ] || set -- "$@" --namespace "$AGENTTASK_NAMESPACE"
[ -z "${AGENTTASK_TIMEOUT:-}" ] || set -- "$@" --timeout "$AGENTTASK_TIMEOUT"
[ "${AGENTTASK_CANCEL_ON_INTERRUPT:-}" != true ] || set -- "$@" --cancel-on-interrupt
[ -z "${AGENTTASK_TEMPLATE:-}" ] || set -- "$@" --template "$AGENTTASK_TEMPLATE" --items "${AGENTTASK_ITEMS:?}"
[ -z "${AGENTTASK_CANARY:-}" ] || set -- "$@" --canary "$AGENTTASK_CANARY"
[ -z "${AGENTTASK_PARALLELISM:-}" ] || set -- "$@" --parallelism "$AGENTTASK_PARALLELISM"
[ -z "${AGENTTASK_MAX_FAILURES:-}" ] || set -- "$@" --max-failures "$AGENTTASK_MAX_FAILURES"
# shellcheck disable=SC2086 # a list of files
exec kubectl-agenttask submit "$@" ${AGENTTASK_FILES:-}
