/**
 * The only code that talks to the API server: it observes, carries decisions out and writes one status. The types of
 * Java Operator SDK stay here.
 */
@NullMarked
package dev.agenttask.controller.kube;

import org.jspecify.annotations.NullMarked;
