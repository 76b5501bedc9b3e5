/**
 * The custom resources of group {@code agenttask.dev}, as records that Jackson reads and writes. CRDs are generated
 * from them, so a description, default or bound is changed here and nowhere else.
 *
 * <p>Conventions are those of Kubernetes' own types: a string that is not given is empty, a list that is not given is
 * empty, and an object that is not given is null and marked so.
 */
@NullMarked
package dev.agenttask.api;

import org.jspecify.annotations.NullMarked;
