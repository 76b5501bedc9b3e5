package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Where the result goes. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "!has(self.branch) || !self.branch.contains('..') && !self.branch.endsWith('/')"
                + " && !self.branch.endsWith('.lock')",
        fieldPath = ".branch",
        message = "must be the name of a branch as git check-ref-format accepts it")
public record Delivery(
        @Default("Branch")
        @JsonPropertyDescription(
                "Branch: push a branch to the repository. None: keep the result at the salvage ref only.")
        Type type,

        @JsonPropertyDescription("Name of the branch. Default: agenttask/TASK-UID5. A branch that holds someone else's"
                + " commits is never overwritten.")
        @Size(max = 200)
        @Pattern("^[A-Za-z0-9][A-Za-z0-9._/+@-]*$")
        String branch,

        @JsonPropertyDescription("Name of a Secret of type kubernetes.io/basic-auth that may push. Default: the one the"
                + " repository is read with. The agent never sees either.")
        @Size(max = 253)
        String credentialsSecret) {

    static final Delivery DEFAULT = new Delivery(Type.BRANCH, "", "");

    /** The kinds of delivery. */
    public enum Type {
        @JsonProperty("Branch")
        BRANCH,
        @JsonProperty("None")
        NONE
    }

    public Delivery {
        type = type == null ? Type.BRANCH : type;
        branch = Absent.toEmpty(branch);
        credentialsSecret = Absent.toEmpty(credentialsSecret);
    }
}
