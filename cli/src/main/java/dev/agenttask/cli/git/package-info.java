/** What a task left in its repository: the log, and the change. The only code that knows git. */
@NullMarked
package dev.agenttask.cli.git;

import org.jspecify.annotations.NullMarked;
