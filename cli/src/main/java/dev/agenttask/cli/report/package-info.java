/** What is said about tasks: tables, lines, explanations, JUnit's XML, and whether a task counts as failed. Pure. */
@NullMarked
package dev.agenttask.cli.report;

import org.jspecify.annotations.NullMarked;
