package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A git repository and the commit of it that the work starts from. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "self.url.matches('^https?://[^@/[:space:]]+/[^[:space:]]+$')",
        fieldPath = ".url",
        message = "must be an http or https URL with a path and without user or password: put those into a Secret and"
                + " name it in credentialsSecret")
@ValidationRule(
        value = "!has(self.ref) || !self.ref.contains('..') && !self.ref.endsWith('/') && !self.ref.endsWith('.lock')",
        fieldPath = ".ref",
        message = "must be the name of a branch or tag as git check-ref-format accepts it")
public record Repository(
        @Required
        @JsonPropertyDescription("Address for git over http or https, such as https://git.example.com/acme/shop.git.")
        @Size(min = 8, max = 2048)
        String url,

        @JsonPropertyDescription("Branch or tag to start from. Default: what the remote's HEAD names.")
        @Size(max = 255)
        @Pattern("^[A-Za-z0-9][A-Za-z0-9._/+@-]*$")
        String ref,

        @JsonPropertyDescription(
                "Full id of the commit to start from. It must be reachable from ref. Default: the tip of"
                        + " ref when the attempt starts.")
        @Pattern("^[0-9a-f]{40}$")
        String commit,

        @JsonPropertyDescription("Name of a Secret of type kubernetes.io/basic-auth in the task's namespace, used to"
                + " read the repository. Its annotation agenttask.dev/hosts lists the hosts that it may be sent to.")
        @Size(max = 253)
        String credentialsSecret,

        @Default("1")
        @Min(0)
        @Max(1000000)
        @JsonPropertyDescription("How many commits of history to clone; 0 is all of it.")
        @Nullable
        Integer depth) {

    public Repository {
        ref = Absent.toEmpty(ref);
        commit = Absent.toEmpty(commit);
        credentialsSecret = Absent.toEmpty(credentialsSecret);
        depth = depth == null ? Integer.valueOf(1) : depth;
    }

    /** This repository, to start from a commit of that id. */
    public Repository at(String id) {
        return new Repository(url, ref, id, credentialsSecret, depth);
    }
}
