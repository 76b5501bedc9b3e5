package dev.agenttask.cli.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * What makes one task of a template.
 *
 * @param source where it stands, for messages: {@code tasks.csv, line 3}
 * @param base what the name of its task begins with, if the template gives none; empty for the template's own
 * @param parameters by name
 * @param optional names of parameters that the template need not use
 */
record Item(String source, String base, Map<String, JsonNode> parameters, Set<String> optional) {}
