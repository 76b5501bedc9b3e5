#!/usr/bin/env bash
# kcat.sh CLIENT.PROPERTIES [TASK_UID]: a line for each event of one task, or of all, from the beginning.
# Ends with the task: 0 if it succeeded, 1 if not, 3 if Kafka cannot be read. Needs kcat and jq.
set -euo pipefail
[ $# = 1 ] || [ $# = 2 ] || { echo "usage: kcat.sh CLIENT.PROPERTIES [TASK_UID]" >&2; exit 2; }
settings=$1
topic=${TOPIC:-agenttask.progress}

# The settings of a Java client, in the words of librdkafka.
librdkafka() {
    sed -n -E -e '/^[[:space:]]*(#|$)/d' -e 's/^sasl\.mechanism=/sasl.mechanisms=/' \
        -e 's/^sasl\.jaas\.config=.* username="([^"]*)" +password="([^"]*)".*/sasl.username=\1\nsasl.password=\2/' -e p "$settings"
}

version=$(kcat -V | sed -n 's/.*librdkafka \([0-9.]*\).*/\1/p')
if grep -q SCRAM "$settings" && [ "$(printf '%s\n' 2.6.1 "$version" | sort -V | head -n 1)" != 2.6.1 ]; then
    echo "kcat has librdkafka $version. Kafka 4 refuses its SCRAM: use one with 2.6.1 or newer, as ./prepare makes." >&2
fi

exec 3< <(exec kcat -q -F <(librdkafka) -C -t "$topic" -o beginning -X auto.offset.reset=earliest -u -m 10)
kcat=$!
jq --raw-input --raw-output --unbuffered --null-input --from-file "$(dirname "$0")/follow.jq" --arg uid "${2:-}" <&3 &
trap 'kill $kcat $! 2>/dev/null || true' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
wait $!
