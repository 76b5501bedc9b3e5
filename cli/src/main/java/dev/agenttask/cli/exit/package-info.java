/** How the program ends: its exit codes, and the two exceptions that say whose mistake it was. It knows of nothing. */
@NullMarked
package dev.agenttask.cli.exit;

import org.jspecify.annotations.NullMarked;
