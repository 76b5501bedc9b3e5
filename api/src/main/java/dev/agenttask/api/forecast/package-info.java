/**
 * What passes between the controller and the pod that forecasts conflicts: the plan that goes in, the answer that comes out.
 * {@code docs/forecast.md} tells people what a forecast says.
 */
@NullMarked
package dev.agenttask.api.forecast;

import org.jspecify.annotations.NullMarked;
