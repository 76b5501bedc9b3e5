#!/bin/sh
# kafka-server-start.sh server.properties
: "${KAFKA_HEAP_OPTS:=-Xms128m -Xmx256m}"
: "${KAFKA_LOG4J_OPTS:=-Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties}"
AOT=${AOT:-server} && export AOT KAFKA_HEAP_OPTS KAFKA_LOG4J_OPTS
exec /opt/kafka/bin/kafka-run-class.sh kafka.Kafka "$@"
