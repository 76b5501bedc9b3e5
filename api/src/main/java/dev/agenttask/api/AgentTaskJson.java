package dev.agenttask.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.UncheckedIOException;

/** The one way in which plans, reports, events and resources are written and read as JSON. */
public final class AgentTaskJson {

    /** Ignores unknown fields, so that a newer writer can be read; writes instants as RFC 3339 text. */
    public static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Something of ours as JSON text, on one line. */
    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * How a client of Kubernetes reads and writes resources, ours included: it ignores unknown fields too. A resource has
     * fields that its reader does not know when the CRD is newer, which each upgrade of the CRDs and each rollback of a
     * program makes it.
     */
    public static KubernetesSerialization ofResources() {
        var mapper = JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        return new KubernetesSerialization(mapper, true);
    }

    private AgentTaskJson() {}
}
