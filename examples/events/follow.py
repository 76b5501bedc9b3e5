#!/usr/bin/env python3
"""follow.py CLIENT.PROPERTIES [TASK_UID]: a line for each event of one task, or of all, from the beginning.

Ends with the task: 0 if it succeeded, 1 if not, 3 if Kafka cannot be read. Needs confluent-kafka.
"""

import json
import os
import re
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

TOPIC = os.environ.get("TOPIC", "agenttask.progress")
LAST_PHASES = ("Succeeded", "Failed", "Cancelled")
# Those that were heard of last: a task that is over is never heard of again.
TASKS_REMEMBERED = 1000


def settings(path):
    """The settings of a Java client, in the words of librdkafka."""
    with open(path, encoding="utf-8") as file:
        java = dict(line.strip().split("=", 1) for line in file if re.match(r"\s*[^#\s]", line))
    login = re.search(r'username="(.*?)"\s+password="(.*?)"', java.pop("sasl.jaas.config", ""))
    if login:
        java |= {"sasl.username": login[1], "sasl.password": login[2]}
    return java | {"group.id": "unused", "enable.auto.commit": False, "auto.offset.reset": "earliest"}


def messages(consumer):
    """Every message of the topic, without end: of all partitions, each from its beginning."""
    topic = consumer.list_topics(TOPIC, timeout=10).topics[TOPIC]
    if topic.error:
        raise KafkaException(topic.error)
    consumer.assign([TopicPartition(TOPIC, number, OFFSET_BEGINNING) for number in topic.partitions])
    while True:
        message = consumer.poll(1)
        if message is None:
            continue
        if message.error():
            raise KafkaException(message.error())
        yield message.value()


def parse(value):
    """An event; None for what is none."""
    try:
        event = json.loads(value)
        return event if event["specversion"] == "1.0" and event["taskuid"] else None
    except (TypeError, ValueError, KeyError):
        return None


class Numbers:
    """The numbers of the events that one source sent for one attempt."""

    def __init__(self):
        self.seen = set()
        self.highest = -1

    def add(self, number):
        self.seen.add(number)
        self.highest = max(self.highest, number)


def show(event, before):
    # The controller counts in steps of any size, and a gap says itself what it stands for.
    missing = event["sequence"] - before - 1
    if event["source"] == "/agenttask/worker" and event["type"] != "gap" and missing > 0:
        print(f"! {event['subject']} {event['attempt']}: {missing} events before {event['sequence']} were not seen")
    source = event["source"].rpartition("/")[2]
    data = json.dumps(event["data"], ensure_ascii=False, separators=(",", ":"))
    print(event["time"], event["subject"], event["attempt"], source, event["sequence"], event["type"], data, flush=True)


def last_phase(event):
    """The phase in which the task ended; None while it goes on."""
    if event["type"] == "phase" and event["source"] == "/agenttask/controller":
        return event["data"]["phase"] if event["data"]["phase"] in LAST_PHASES else None
    return None


def follow(values, uid):
    """Shows each event once. Returns the last phase of the task; without one it goes on."""
    seen = {}
    for event in map(parse, values):
        if event is None or uid not in ("", event["taskuid"]):
            continue
        senders = seen.pop(event["taskuid"], {})
        seen[event["taskuid"]] = senders
        if len(seen) > TASKS_REMEMBERED:
            del seen[next(iter(seen))]
        numbers = senders.setdefault((event["attempt"], event["source"]), Numbers())
        if event["sequence"] in numbers.seen:
            continue
        show(event, numbers.highest)
        numbers.add(event["sequence"])
        phase = last_phase(event)
        if phase and uid:
            return phase


def main(path, uid=""):
    consumer = Consumer(settings(path))
    try:
        return 0 if follow(messages(consumer), uid) == "Succeeded" else 1
    except KafkaException as e:
        print(f"Kafka cannot be read: {e.args[0].str()}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130
    finally:
        consumer.close()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
