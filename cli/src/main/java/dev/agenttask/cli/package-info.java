/**
 * {@code kubectl agenttask}: where the program starts, what its exit codes mean, and what is said about an error.
 */
@NullMarked
package dev.agenttask.cli;

import org.jspecify.annotations.NullMarked;
