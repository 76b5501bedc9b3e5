#!/bin/sh
# kafka-run-class.sh CLASS ARGUMENTS...: a class of Kafka in the image's runtime. Environment as in the distribution:
# KAFKA_HEAP_OPTS, KAFKA_OPTS, KAFKA_LOG4J_OPTS, KAFKA_JVM_PERFORMANCE_OPTS. AOT names the cache; absent, it is not used.
: "${AOT:=tools}" "${KAFKA_HEAP_OPTS:=-Xmx96m}"
: "${KAFKA_LOG4J_OPTS:=-Dlog4j2.configurationFile=/opt/kafka/config/tools-log4j2.properties}"
: "${KAFKA_JVM_PERFORMANCE_OPTS:=-XX:+UseSerialGC -XX:TieredStopAtLevel=1}"
case $AOT in
train:*) aot="-XX:AOTCacheOutput=/opt/kafka/${AOT#train:}.aot -Xlog:aot*=error" ;;
*) aot="-XX:AOTCache=/opt/kafka/$AOT.aot -Xlog:aot*=error -Xlog:cds*=error" ;;
esac
# The options are lists of words.
# shellcheck disable=SC2086
exec /opt/java/openjdk/bin/java $KAFKA_JVM_PERFORMANCE_OPTS $KAFKA_HEAP_OPTS $aot --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow $KAFKA_LOG4J_OPTS $KAFKA_OPTS -cp "$(cat /opt/kafka/classpath)" "$@"
