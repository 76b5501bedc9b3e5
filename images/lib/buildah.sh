# Building and saving images with buildah, without an engine that runs, a registry, or anything in the usual store.
# shellcheck shell=bash

OUT=$REPO/build/images
STORE=$AGENTTASK_CACHE/buildah
# The time of every file in an image, in seconds. The AOT cache is refused when its jars have another time than when it
# was trained, so that the context, the build and the image must agree.
EPOCH=1767225600

image_store() {
    # Without the lock of images/build: what a build leaves behind must not hold it.
    buildah --root "$STORE/root" --runroot "$STORE/run" --storage-driver "${AGENTTASK_STORAGE_DRIVER:-overlay}" "$@" 9>&-
}

image_exists() { image_store inspect --type image "$1" >/dev/null 2>&1; }

# logged FILE COMMAND...: runs it with its output in the file, and shows the end of that when it fails.
logged() {
    local log=$1 line lines=()
    shift
    "$@" >"$log" 2>&1 && return
    while IFS= read -r line; do lines+=("$line"); done < <(tail -n 20 "$log")
    fail "$1 failed. All of its output is in $log; the end:" "${lines[@]}"
}

# tree_hash DIRECTORY: 12 digits that stand for the names, modes, link targets and contents below it.
tree_hash() {
    (
        cd "$1" || exit
        find . -printf '%P %y %m %l\n' | LC_ALL=C sort
        find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum
    ) | sha256sum | cut -c1-12
}

# build_image NAME CONTEXT BASE: builds and saves it unless just that is there already. Prints its reference.
build_image() {
    local name=$1 context=$2 base=$3 reference tar=$OUT/$1.tar
    reference=localhost/agenttask/$name:$({ echo "$base"; tree_hash "$context"; } | sha256sum | cut -c1-12)
    echo "$reference"
    if [ "$(cat "$tar.reference" 2>/dev/null)" = "$reference" ] && [ -e "$tar" ]; then
        note "$name: nothing changed"
        return
    fi
    if ! image_exists "$reference"; then
        note "$name: building"
        logged "$OUT/$name.log" image_store bud --isolation chroot --pull-never --timestamp "$EPOCH" \
            --build-arg "BASE=$base" --tag "$reference" "$context"
    fi
    save_image "$reference" "$tar"
    drop_older "$reference"
}

save_image() {
    local reference=$1 tar=$2
    rm -f "$tar" "$tar.reference"
    logged "$tar.log" image_store push "$reference" "docker-archive:$tar:$reference"
    rm -f "$tar.log"
    echo "$reference" >"$tar.reference"
    note "$(basename "$tar" .tar): $(du -h "$tar" | cut -f1) in $tar"
}

# drop_older REFERENCE: the other tags of its name, and what only they needed.
drop_older() {
    local old
    for old in $(image_store images --format '{{.Name}}:{{.Tag}}' --filter "reference=${1%:*}"); do
        [ "$old" = "$1" ] || image_store rmi "$old" >/dev/null 2>&1 || note "$old is still in use; it stays"
    done
    image_store rmi --prune >/dev/null 2>&1 || note "some layers are still in use; they stay"
}
