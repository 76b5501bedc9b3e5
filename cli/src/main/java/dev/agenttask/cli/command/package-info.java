/** One class for each command: its options, what it asks of the other rooms, and what it prints. */
@NullMarked
package dev.agenttask.cli.command;

import org.jspecify.annotations.NullMarked;
