package dev.agenttask.cli.report;

import dev.agenttask.api.batch.AgentTaskBatch;
import java.util.List;

/**
 * All that is known of a batch, to explain it.
 *
 * @param batch the batch
 * @param happenings its latest events, oldest first
 * @param again the options that lead to its cluster and namespace, for commands: {@code " --namespace shop"}
 */
public record BatchFacts(AgentTaskBatch batch, List<Facts.Happening> happenings, String again) {}
