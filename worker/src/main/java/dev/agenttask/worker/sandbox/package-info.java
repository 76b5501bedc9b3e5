/**
 * The worker's end of the channel to a supervisor: it asks for one command after the other and reads what the command
 * prints and how it ends. It trusts nothing that comes back but what a token proves.
 */
@NullMarked
package dev.agenttask.worker.sandbox;

import org.jspecify.annotations.NullMarked;
