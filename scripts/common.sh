# Sourced by every script of the repository: messages, prerequisites, and the places where things are kept.
# shellcheck shell=bash
set -euo pipefail

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# What was built or downloaded once and may be deleted at any time.
AGENTTASK_CACHE=${AGENTTASK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/agenttask}
mkdir -p "$AGENTTASK_CACHE"

# kubectl and helm of the pinned versions come before whatever the machine has.
PATH=$AGENTTASK_CACHE/bin:$PATH
export REPO AGENTTASK_CACHE PATH

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
note() { printf '    %s\n' "$*" >&2; }
fail() {
    printf '\033[31merror:\033[0m %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '       %s\n' "$line" >&2; done
    exit 1
}

# step N OF TEXT: a numbered line of progress.
step() {
    local n=$1 of=$2
    shift 2
    printf '\033[1m==> [%s/%s]\033[0m %s\n' "$n" "$of" "$*" >&2
}

# need_command NAME HINT: fails with the hint when the program is not there.
need_command() {
    command -v "$1" >/dev/null 2>&1 || fail "'$1' is missing." "$2"
}

# apt_install PACKAGE...: installs what is not installed yet; silent when there is nothing to do.
apt_install() {
    local missing=() package
    for package in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || fail "Debian packages are missing: ${missing[*]}" "Install them, or run this as root."
    say "Installing Debian packages: ${missing[*]}"
    local log=$AGENTTASK_CACHE/apt.log
    # No service may start by itself: the scripts start what they need, and stop it again.
    local policy=/usr/sbin/policy-rc.d made_policy=
    if [ ! -e $policy ]; then printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && made_policy=1; fi
    local rc=0
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 || rc=$?
    if [ -n "$made_policy" ]; then rm -f $policy; fi
    [ $rc = 0 ] || fail "apt-get could not install: ${missing[*]}" "See $log"
}

# use_jdk25: exports JAVA_HOME of a JDK 25 and puts its bin first on the PATH.
use_jdk25() {
    local candidate
    for candidate in "${JAVA_HOME:-}" "${JDK25_HOME:-}" /usr/lib/jvm/*25* /opt/*jdk*25* "$HOME"/.sdkman/candidates/java/25*; do
        [ -x "$candidate/bin/javac" ] || continue
        if "$candidate/bin/java" -version 2>&1 | grep -q 'version "25'; then
            export JAVA_HOME=$candidate PATH=$candidate/bin:$PATH
            return 0
        fi
    done
    fail "JDK 25 was not found." \
        "Looked at JAVA_HOME, JDK25_HOME, /usr/lib/jvm/*25*, /opt/*jdk*25* and SDKMAN." \
        "Install Temurin 25 (package temurin-25-jdk) or point JDK25_HOME at one."
}
