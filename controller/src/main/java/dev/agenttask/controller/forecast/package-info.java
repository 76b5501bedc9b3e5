/**
 * Decides which delivered results are to be compared with each other, and when, and reads what came of it. It is pure: the
 * pods are made in {@code .pod}, started and read in {@code .kube}.
 */
@NullMarked
package dev.agenttask.controller.forecast;

import org.jspecify.annotations.NullMarked;
