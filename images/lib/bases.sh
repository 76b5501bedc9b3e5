# Root file systems made of Debian packages: what a public base image is elsewhere.
# shellcheck shell=bash

SUITE=bookworm

# base_image PACKAGES: the reference of a base image with the Debian packages that the file lists; made when it is not
# there. A first line "# variant: extract" makes one of just these packages and busybox, else a small Debian with apt.
base_image() {
    local file=$1 variant=minbase list key reference work
    if grep -q '^# variant: extract$' "$file"; then variant=extract; fi
    list=$(packages_in "$file")
    key=$(printf '%s\n' "$SUITE" "$variant" "$list" "$(<"$IMAGES/lib/bases.sh")" | sha256sum | cut -c1-12)
    reference=localhost/agenttask/base:$key
    echo "$reference"
    image_exists "$reference" && return
    note "base of Debian $SUITE with: ${list//$'\n'/ }"
    work=$(mktemp -d "$AGENTTASK_CACHE/base.XXXXXX")
    "rootfs_$variant" "$work/rootfs.tar" "$list"
    printf 'FROM scratch\nADD rootfs.tar /\n' >"$work/Dockerfile"
    logged "$OUT/base.log" image_store bud --isolation chroot --timestamp "$EPOCH" --tag "$reference" "$work"
    rm -r "$work"
}

packages_in() { grep -v '^#' "$1" | grep .; }

# Programs that an image does without: manuals and translations. Copyright files stay.
TRIM=(
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*'
    --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/doc/*'
    --dpkgopt='path-include=/usr/share/doc/*/copyright'
)
# Tells the Dockerfiles that there is nothing to install.
# shellcheck disable=SC2016 # mmdebstrap's shell expands $1
MARK='mkdir -p "$1/usr/share/agenttask" && touch "$1/usr/share/agenttask/packages-installed"'

rootfs_minbase() {
    logged "$OUT/base.log" mmdebstrap --variant=minbase --include="${2//$'\n'/,}" "${TRIM[@]}" \
        --customize-hook="$MARK" $SUITE "$1"
}

# No package's scripts run, so that there is no dpkg, apt or perl in it; busybox gives the commands.
# shellcheck disable=SC2016 # mmdebstrap's shell expands $1
rootfs_extract() {
    logged "$OUT/base.log" mmdebstrap --variant=extract --include="${2//$'\n'/,}" "${TRIM[@]}" \
        --extract-hook='mkdir -p "$1/tmp" && chroot "$1" /bin/busybox --install -s /bin' \
        --extract-hook="$MARK" $SUITE "$1"
}
