# Removes everything that a cluster has left on the machine, dead or alive.
# shellcheck shell=bash
# shellcheck source=settings.sh

clean() {
    local folder
    check_state_folder
    kill_all
    remove_network
    remove_cgroups
    for folder in "${PRIVATE_FOLDERS[@]}"; do rmdir "$folder" 2>/dev/null || true; done
    if grep -q " $STATE/" /proc/mounts; then fail "Something is mounted below $STATE:" "$(grep " $STATE/" /proc/mounts)"; fi
    rm -rf --one-file-system "$STATE"
}

# Two mistakes in AGENTTASK_STATE must not happen: another folder than the one of the running cluster, and a folder of yours.
check_state_folder() {
    [ ! -e "$STATE" ] || [ -e "$STATE/agenttask-cluster" ] || [ -z "$(ls -A "$STATE")" ] ||
        fail "$STATE is not the state folder of a cluster; it is left alone." "Set AGENTTASK_STATE to a new folder, or unset it."
    [ -e "$STATE/agenttask-cluster" ] || [ -z "$(our_processes)" ] ||
        fail "A cluster with another state folder than $STATE runs on this machine." "Set AGENTTASK_STATE as it was when it was started."
}
