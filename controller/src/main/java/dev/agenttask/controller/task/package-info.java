/**
 * What must happen to a task: every rule of its life, as pure functions of what was observed and of the time. Nothing
 * here talks to anything, so that each rule is tested by itself.
 */
@NullMarked
package dev.agenttask.controller.task;

import org.jspecify.annotations.NullMarked;
