# What the Java images share: our jars, a runtime of just the modules that are needed, and jars as the AOT cache wants them.
# shellcheck shell=bash

# build_jars MODULE COPY...: packages the module with Maven when a source has changed since the last time, and keeps what
# is named of its target folder in build/images/jars/MODULE, where no other build touches it.
build_jars() {
    local module=$1 sources jars=$OUT/jars/$1 path
    shift
    sources=$(cd "$REPO" && find pom.xml {api,"$module"}/{pom.xml,src/main} -type f -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
    if [ "$(cat "$jars/sources" 2>/dev/null)" = "$sources" ]; then return; fi
    note "packaging $module with Maven"
    rm -rf "$jars"
    logged "$OUT/$module-maven.log" "$REPO/scripts/mvn" -q -f "$REPO/pom.xml" -pl "$module" -am \
        -Dmaven.test.skip=true -Dspotless.check.skip=true -Dquarkus.package.jar.type=aot-jar package
    mkdir -p "$jars"
    for path in "$@"; do cp -r "$REPO/$module/target/$path" "$jars/"; done
    echo "$sources" >"$jars/sources"
}

# runtime DESTINATION MODULES: a Java runtime with the modules (joined by commas).
runtime() {
    local destination=$1 modules=$2 cached
    cached=$AGENTTASK_CACHE/runtimes/$({ "$JAVA_HOME/bin/java" -version 2>&1; echo "$modules"; } | sha256sum | cut -c1-12)
    if [ ! -d "$cached" ]; then
        note "linking a Java runtime of $modules"
        rm -rf "$cached.part"
        mkdir -p "$AGENTTASK_CACHE/runtimes"
        logged "$OUT/jlink.log" "$JAVA_HOME/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files \
            --no-man-pages --output "$cached.part"
        mv "$cached.part" "$cached"
    fi
    mkdir -p "$(dirname "$destination")"
    cp -al "$cached" "$destination"
}

# modules_of LIBRARIES ROOT.jar...: the modules that the jars use, directly or through those below the folder.
modules_of() {
    local libraries=$1 cached
    shift
    cached=$AGENTTASK_CACHE/modules/$({ tree_hash "$libraries"; cat "$@"; } | sha256sum | cut -c1-12)
    if [ ! -e "$cached" ]; then
        mkdir -p "$AGENTTASK_CACHE/modules"
        "$JAVA_HOME/bin/jdeps" --ignore-missing-deps --multi-release 25 --recursive --print-module-deps -quiet \
            --class-path "$(find "$libraries" -name '*.jar' | paste -s -d:)" "$@" >"$cached.part" || fail "jdeps failed on $*"
        mv "$cached.part" "$cached"
    fi
    cat "$cached"
}

# unsigned DIRECTORY: takes the signatures off the jars below it, as the AOT cache skips signed classes.
unsigned() {
    local jar
    while IFS= read -r -d '' jar; do
        if unzip -l "$jar" | grep -qE 'META-INF/[^/]*\.(SF|RSA|DSA|EC)$'; then
            zip -q -d "$jar" 'META-INF/*.SF' 'META-INF/*.RSA' 'META-INF/*.DSA' 'META-INF/*.EC' 2>/dev/null || [ $? = 12 ]
        fi
    done < <(find "$1" -name '*.jar' -print0)
}

# same_times DIRECTORY: one modification time for all that is below it.
same_times() { find "$1" -exec touch --no-dereference --date="@$EPOCH" {} +; }
