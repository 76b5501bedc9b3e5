# Prints events that come one per line, and ends with the task's end: the middle of kcat.sh. $uid: of the task; empty: all.
# It remembers every number that it has seen: to follow all tasks for weeks, take follow.py or Follow.java.

def line: "\(.time) \(.subject) \(.attempt) \(.source | sub(".*/"; "")) \(.sequence) \(.type) \(.data | tojson)";

# The controller counts in steps of any size, and a gap says itself what it stands for.
def hole($before):
    if .source == "/agenttask/worker" and .type != "gap" and .sequence > $before + 1
    then "! \(.subject) \(.attempt): \(.sequence - $before - 1) events before \(.sequence) were not seen"
    else empty end;

def over: .type == "phase" and .source == "/agenttask/controller"
    and (.data.phase | . == "Succeeded" or . == "Failed" or . == "Cancelled");

(
    foreach (inputs | fromjson? | select(.specversion? == "1.0" and .taskuid and ($uid == "" or .taskuid == $uid))) as $event (
        {};
        "\($event.attempt)\($event.source)" as $sender
        # In blocks, because jq copies the object that it changes.
        | ["seen", $event.taskuid, $sender, "\($event.sequence / 256 | floor)", "\($event.sequence)"] as $number
        | ["highest", $event.taskuid, $sender] as $highest
        | .known = getpath($number)
        | .before = (getpath($highest) // -1)
        | setpath($number; true)
        | setpath($highest; [.before, $event.sequence] | max);

        if .known then empty else
            .before as $before
            | $event
            | hole($before), line, (
                select($uid != "" and over)
                | (if .data.phase == "Succeeded" then 0 else 1 end) as $code
                | "" | halt_error($code)
            )
        end
    )
),
("Kafka cannot be read\n" | halt_error(3))
