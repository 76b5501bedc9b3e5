/**
 * The operator's configuration: what can be set, its defaults, and the checks at the start that name what is wrong.
 * Everything else gets plain records of it.
 */
@NullMarked
package dev.agenttask.controller.config;

import org.jspecify.annotations.NullMarked;
