# What must have become of the demo's tasks. Each line that is not so is told, and fails the demo.
# shellcheck shell=bash

problems=0

# check TEXT COMMAND...
check() {
    local text=$1
    shift
    if "$@"; then
        note "yes: $text"
    else
        note "NO:  $text"
        problems=$((problems + 1))
    fi
}

# same ACTUAL EXPECTED
same() { [ "$1" = "$2" ] || { note "     it is '$1', not '$2'" && false; }; }
contains() { grep -qF -- "$2" <<<"$1"; }

ref_exists() { [ -n "$1" ] && git_server rev-parse --verify --quiet "$1^{commit}" >/dev/null; }
file_in() { git_server cat-file -e "$1:$2" 2>/dev/null; }

ran_together() {
    # The last to start began before the first was over.
    local last_start first_end
    last_start=$(k get agenttasks --output 'jsonpath={range .items[*]}{.status.attempts[0].startedAt}{"\n"}{end}' | sort | tail -n 1)
    first_end=$(k get agenttasks --output 'jsonpath={range .items[*]}{.status.attempts[0].finishedAt}{"\n"}{end}' | sort | head -n 1)
    [[ "$last_start" < "$first_end" ]]
}

check_outcomes() {
    local seen
    check "all three ran at the same time" ran_together
    check "foreign-key succeeded" same "$(condition foreign-key Succeeded status)" True
    check "its checks were run by the platform and passed" same "$(condition foreign-key Verified status)" True
    check "its branch is there" ref_exists "$(branch foreign-key)"
    check "its branch holds a new test" contains "$(git_server diff "main..$(branch foreign-key)")" "+def test_foreign_key("
    check "keep-letters failed, as its checks did" same "$(condition keep-letters Succeeded reason)" VerificationFailed
    check "nothing of it was delivered" same "$(git_server for-each-ref --format='%(refname)' 'refs/heads/agenttask/keep-letters-*')" ""
    check "document-rules was stopped at its deadline" same "$(condition document-rules Succeeded reason)" DeadlineExceeded
    check "its unfinished work is kept" file_in "$(salvage document-rules)" docs/rules.rst
    seen=$(events foreign-key)
    check "its progress is on Kafka, line by line" contains "$seen" "Wrote foreign_key"
    if [ $problems -gt 0 ]; then
        k describe agenttasks >&2
        k get pods >&2
        kubectl --namespace "$SYSTEM" logs --selector app.kubernetes.io/component=controller --prefix --tail 50 >&2 || note "the operator has no log"
        fail "$problems of the demo's expectations were not met; what is known is above."
    fi
}
