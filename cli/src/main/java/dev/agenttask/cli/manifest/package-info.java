/**
 * From files to the tasks that they mean: manifests, templates and their items, names that follow from the content. It
 * reads files and knows no cluster.
 */
@NullMarked
package dev.agenttask.cli.manifest;

import org.jspecify.annotations.NullMarked;
