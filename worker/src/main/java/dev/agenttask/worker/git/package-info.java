/**
 * Git without git: fetching, checking out, making one commit of a directory that is not trusted, and pushing. All of it
 * works on the vault's repository and with this program's settings alone; nothing an agent wrote is ever run.
 */
@NullMarked
package dev.agenttask.worker.git;

import org.jspecify.annotations.NullMarked;
