/**
 * What passes between the controller and the containers of one attempt: the plan that goes in, the reports that come
 * out, and where things are in the pod. {@code worker/README.md} tells the same to people.
 */
@NullMarked
package dev.agenttask.api.attempt;

import org.jspecify.annotations.NullMarked;
