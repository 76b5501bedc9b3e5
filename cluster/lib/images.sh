# The two images that the node itself needs, made of one static program each; no image tool is needed for that.
# shellcheck shell=bash
# shellcheck source=settings.sh

# scratch_image TAR REFERENCE PROGRAM: a docker-archive that holds the program and runs it as user 65534.
scratch_image() {
    local tar=$1 reference=$2 program=$3 work digest
    [ ! "$tar" -nt "$program" ] || return 0
    mkdir -p "$(dirname "$tar")"
    work=$(mktemp -d)
    tar --create --file "$work/layer.tar" --directory "$(dirname "$program")" --sort=name --mtime=@0 --owner=0 --group=0 \
        --numeric-owner --mode=0755 "$(basename "$program")"
    digest=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
    printf '{"architecture":"amd64","os":"linux","config":{"Entrypoint":["/%s"],"User":"65534:65534"},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
        "$(basename "$program")" "$digest" >"$work/config.json"
    printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]' "$reference" >"$work/manifest.json"
    tar --create --file "$tar" --directory "$work" manifest.json config.json layer.tar
    rm -r "$work"
}

# import_image TAR: into containerd, unless a file of the same content has been imported already.
import_image() {
    local digest log
    digest=$(sha256sum "$1" | cut -d' ' -f1)
    [ ! -e "$STATE/images/$digest" ] || return 0
    log=$(containerd_ctl images import "$1" 2>&1) || fail "containerd could not import $1" "$log"
    wait_until_listed "$1"
    mkdir -p "$STATE/images"
    touch "$STATE/images/$digest"
    note "imported $(image_names "$1" | tr '\n' ' ')"
}

image_names() { tar --extract --to-stdout --file "$1" manifest.json | jq -r '.[].RepoTags[]'; }

# The kubelet sees an image once containerd's Kubernetes side has labelled it, a moment after the import.
wait_until_listed() {
    local name deadline=$((SECONDS + 10))
    for name in $(image_names "$1"); do
        until containerd_ctl images ls | grep -E "(^|/)$name " | grep -q io.cri-containerd.image=managed; do
            [ $SECONDS -lt $deadline ] || fail "containerd does not list $name after its import."
            sleep 0.05
        done
    done
}
