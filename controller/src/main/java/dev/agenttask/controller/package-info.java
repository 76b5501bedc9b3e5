/** The controller as a program: what is started, in which order, and how it stops. */
@NullMarked
package dev.agenttask.controller;

import org.jspecify.annotations.NullMarked;
