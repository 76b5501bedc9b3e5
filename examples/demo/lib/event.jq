# One event of a task, in a line: time, who says so, type, and what it says.
fromjson?
| select(.taskuid == $uid)
| .data as $d
| {
    "phase": "\($d.phase) \($d.reason // "")",
    "step.started": "\($d.step) \($d.name // "")",
    "step.finished": "\($d.step) \($d.name // "") \(if $d.ok then "ok" else "failed" end) after \($d.durationMillis) ms",
    "log": "\($d.step) | \($d.text // "" | gsub("\n"; "\n" + " " * 47 + "| "))",
    "verification": "\($d.result.verdict): \([$d.result.commands[]? | "\(.name) exited \(.exitCode)"] | join(", "))",
    "result": "\($d.outcome) \($d.reason // "") \($d.branch // "")",
    "gap": "\($d.events) events are missing"
  } as $said
| "\(.time[11:23])  \(.source | ltrimstr("/agenttask/") | . + " " * (10 - length))  \(.type | . + " " * ([13 - length, 0] | max))  \($said[.type] // ($d | tojson))"
