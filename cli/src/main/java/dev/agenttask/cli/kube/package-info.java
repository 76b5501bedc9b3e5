/** The only code that talks to the API server: it creates tasks, reads and watches them, and reads the logs of their pods. */
@NullMarked
package dev.agenttask.cli.kube;

import org.jspecify.annotations.NullMarked;
