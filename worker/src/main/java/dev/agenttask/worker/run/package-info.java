/**
 * The steps in order: what the arguments {@code clone}, {@code worker} and {@code deliver} do. Everything else is called
 * from here, and calls nothing in here.
 */
@NullMarked
package dev.agenttask.worker.run;

import org.jspecify.annotations.NullMarked;
