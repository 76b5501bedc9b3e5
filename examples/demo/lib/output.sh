# What the demo shows. The caller sets `here`, the folder of the demo.
# shellcheck shell=bash

title() { printf '\n\033[1m%s\033[0m\n' "$*"; }
indent() { sed 's/^/    /'; }

finished() {
    local task
    for task in "${TASKS[@]}"; do
        [ "$(condition "$task" Finished status)" = True ] || return 1
    done
}

# condition TASK TYPE FIELD
condition() {
    k get agenttask "$1" --output "jsonpath={.status.conditions[?(@.type=='$2')].$3}"
}

table() {
    k get agenttasks --output custom-columns='TASK:.metadata.name,PHASE:.status.phase,STEP:.status.progress.step,NOW:.status.progress.message' |
        cut -c "1-${COLUMNS:-120}"
}

# watch_tasks: until all are finished. On a terminal the table is drawn over itself, elsewhere its changes are printed.
watch_tasks() {
    local shown='' now deadline=$((SECONDS + PATIENCE)) lines=0
    until finished; do
        if [ $SECONDS -gt $deadline ]; then
            k describe agenttasks >&2
            k get pods,events >&2
            fail "The tasks are not finished after $PATIENCE s."
        fi
        now=$(table)
        if [ "$now" != "$shown" ]; then
            if [ -t 1 ] && [ "$lines" -gt 0 ]; then printf '\033[%dA\033[J' "$lines"; else printf '\n'; fi
            printf '%s\n' "$now"
            lines=$(wc -l <<<"$now")
            shown=$now
        fi
        sleep 0.5
    done
}

show_outcomes() {
    local task
    title "kubectl get agenttasks --output wide"
    k get agenttasks --output wide | indent
    for task in "${TASKS[@]}"; do
        title "$task: $(k get agenttask "$task" --output 'jsonpath={.spec.prompt}' | head -n 1)"
        k get agenttask "$task" --output \
            'jsonpath={range .status.conditions[*]}{.type}{"\t"}{.status}{"\t"}{.reason}{"\t"}{.message}{"\n"}{end}' |
            while IFS=$'\t' read -r type status reason message; do
                printf '%-10s %-8s %-20s %s\n' "$type" "$status" "$reason" "$message"
            done | indent
    done
    title "foreign-key: the branch that was delivered, beside main"
    git_server log --format='%h %an: %s%n%n%b' "main..$(branch foreign-key)" | indent
    git_server diff "main..$(branch foreign-key)" | indent
    title "document-rules: the unfinished work, at $(salvage document-rules)"
    git_server diff --stat main "$(salvage document-rules)" | indent
    title "foreign-key: its progress on Kafka, as anybody with the reader's password gets it"
    events foreign-key | indent
}

branch() { k get agenttask "$1" --output 'jsonpath={.status.result.branch}'; }
salvage() { k get agenttask "$1" --output 'jsonpath={.status.attempts[-1:].wipRef}'; }

# events TASK: one line for each event on Kafka.
events() {
    local uid
    uid=$(k get agenttask "$1" --output 'jsonpath={.metadata.uid}')
    kubectl --namespace "$SYSTEM" exec agenttask-kafka-0 -- /opt/kafka/bin/kafka-console-consumer.sh \
        --bootstrap-server localhost:9092 --command-config /etc/agenttask/clients/reader.properties \
        --topic agenttask.progress --from-beginning --timeout-ms 3000 2>/dev/null |
        jq --raw-input --raw-output --arg uid "$uid" -f "${here:?}/lib/event.jq"
}

show_next() {
    title "Look further"
    indent <<EOF
export KUBECONFIG=${KUBECONFIG:-$HOME/.kube/config}
kubectl -n demo get agenttasks -w                    in another window, while you run this again
kubectl -n demo describe agenttask keep-letters      why it failed, with the events of the object
kubectl -n demo get pods                             one pod for each attempt; kubectl -n demo logs POD -c verify
kubectl explain agenttask.spec                       what a task can ask for
examples/task.yaml                                   a task for a repository of your own
make down                                            stop and remove everything
EOF
}
