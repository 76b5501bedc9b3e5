/** The log of an attempt as lines, and how Kafka's topic is read for it. The only code that knows Kafka. */
@NullMarked
package dev.agenttask.cli.log;

import org.jspecify.annotations.NullMarked;
