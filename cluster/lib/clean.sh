# Removes everything that a cluster has left on the machine, dead or alive.
# shellcheck shell=bash
# shellcheck source=settings.sh

clean() {
    local folder
    kill_all
    remove_network
    remove_cgroups
    for folder in "${PRIVATE_FOLDERS[@]}"; do rmdir "$folder" 2>/dev/null || true; done
    if grep -q " $STATE/" /proc/mounts; then fail "Something is mounted below $STATE:" "$(grep " $STATE/" /proc/mounts)"; fi
    rm -rf --one-file-system "$STATE"
}
