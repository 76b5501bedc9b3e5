# Listens, does not hear SIGTERM, and writes to the supervisor without end.
trap '' TERM HUP INT
echo begun >begun
(while :; do printf 'x%2000s' '' && sleep 0.01; done >/run/agenttask/channel/requests) &
(while :; do echo "exit 0"; sleep 0.01; done >/run/agenttask/channel/requests) &
exec python3 -m http.server --bind :: --directory /workspace 8080
