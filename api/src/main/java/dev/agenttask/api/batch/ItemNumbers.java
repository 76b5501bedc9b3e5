package dev.agenttask.api.batch;

import java.util.BitSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A set of item numbers that is written as intervals, such as {@code 0-4,7}, as an indexed Job writes its completed
 * indexes. A thousand items take at most 2 KiB, those of one run in a row a few characters.
 */
public final class ItemNumbers {

    private final BitSet numbers;

    private ItemNumbers(BitSet numbers) {
        this.numbers = numbers;
    }

    public static ItemNumbers none() {
        return new ItemNumbers(new BitSet());
    }

    /**
     * Reads what {@link #toString} has written.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static ItemNumbers parse(String text) {
        var numbers = new BitSet();
        if (!text.isEmpty()) {
            for (var interval : text.split(",")) {
                var ends = interval.split("-", 2);
                numbers.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
            }
        }
        return new ItemNumbers(numbers);
    }

    /** This set and one number more. */
    public ItemNumbers with(int number) {
        var more = (BitSet) numbers.clone();
        more.set(number);
        return new ItemNumbers(more);
    }

    public boolean contains(int number) {
        return numbers.get(number);
    }

    public int size() {
        return numbers.cardinality();
    }

    public IntStream stream() {
        return numbers.stream();
    }

    @Override
    public String toString() {
        return stream()
                .filter(number -> number == 0 || !numbers.get(number - 1))
                .mapToObj(first -> interval(first, numbers.nextClearBit(first) - 1))
                .collect(Collectors.joining(","));
    }

    private static String interval(int first, int last) {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
