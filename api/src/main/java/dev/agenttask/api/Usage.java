package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says it used of a model: a claim, and never proof. Whatever it says, the numbers are within the bounds: one
 * that is not is taken to the nearest bound, which for cached tokens is those of the input, and a cost that is no decimal
 * is none.
 *
 * <p>The cost is text, since Kubernetes' API has no floating-point numbers: they do not come back from every client as
 * they went in.
 *
 * @see <a href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#primitive-types">
 *     Kubernetes API conventions, primitive types</a>
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Usage(
        @Required
        @Min(0)
        @Max(MAX_TOKENS)
        @JsonPropertyDescription("Tokens that the model was sent, those read from its cache included.")
        long inputTokens,

        @Required
        @Min(0)
        @Max(MAX_TOKENS)
        @JsonPropertyDescription("Those of inputTokens that were read from the model's cache, which costs less.")
        long cachedTokens,

        @Required
        @Min(0)
        @Max(MAX_TOKENS)
        @JsonPropertyDescription("Tokens that the model wrote, its reasoning included.")
        long outputTokens,

        @JsonPropertyDescription(
                "What that cost in US dollars, as a decimal such as 0.4375; not given where the agent does not say.")
        @Size(max = 16)
        @Pattern(DOLLARS)
        String costUSD) {

    private static final long MAX_TOKENS = 1_000_000_000_000_000L;
    private static final String DOLLARS = "^[0-9]{1,9}(\\.[0-9]{1,6})?$";
    private static final java.util.regex.Pattern COST = java.util.regex.Pattern.compile(DOLLARS);
    private static final int DECIMALS = 6;
    private static final BigDecimal MOST = new BigDecimal("999999999.999999");
    private static final BigDecimal LEAST = new BigDecimal("0.000001");

    /** No tokens, and no word of a cost. */
    public static final Usage NONE = new Usage(0, 0, 0, "");

    public Usage {
        inputTokens = bounded(inputTokens);
        cachedTokens = Math.min(bounded(cachedTokens), inputTokens);
        outputTokens = bounded(outputTokens);
        costUSD = cost(costUSD);
    }

    /** That, with the cost as a number of US dollars, in whole millionths. */
    public static Usage of(long inputTokens, long cachedTokens, long outputTokens, BigDecimal dollars) {
        return new Usage(inputTokens, cachedTokens, outputTokens, text(dollars));
    }

    /** Both together. Where only one of them knows its cost, that is the cost. */
    public Usage plus(Usage other) {
        return new Usage(
                inputTokens + other.inputTokens,
                cachedTokens + other.cachedTokens,
                outputTokens + other.outputTokens,
                costUSD.isEmpty() || other.costUSD.isEmpty()
                        ? costUSD + other.costUSD
                        : text(dollars().add(other.dollars())));
    }

    /** The cost as a number of US dollars; 0 where it is not known. */
    public BigDecimal dollars() {
        return costUSD.isEmpty() ? BigDecimal.ZERO : new BigDecimal(costUSD);
    }

    private static long bounded(long tokens) {
        return Math.clamp(tokens, 0, MAX_TOKENS);
    }

    private static String cost(@Nullable String given) {
        return given == null || !COST.matcher(given).matches() ? "" : given;
    }

    /** Compared before it is written out, which a number of a billion digits would not survive. */
    private static String text(BigDecimal dollars) {
        if (dollars.compareTo(LEAST) < 0) {
            return "0";
        }
        return dollars.min(MOST)
                .setScale(DECIMALS, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
