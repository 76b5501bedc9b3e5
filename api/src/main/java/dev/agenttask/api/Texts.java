package dev.agenttask.api;

/** Text that has to fit. */
public final class Texts {

    private static final String ELLIPSIS = "...";

    private Texts() {}

    /**
     * The text, or its beginning and an ellipsis where it is too long. No character is cut in two.
     *
     * @param max UTF-16 code units of the outcome, at most
     * @throws IndexOutOfBoundsException if the text is too long and {@code max} leaves no room for the ellipsis
     */
    public static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        var end = max - ELLIPSIS.length();
        var splits = end > 0 && Character.isSurrogatePair(text.charAt(end - 1), text.charAt(end));
        return text.substring(0, splits ? end - 1 : end) + ELLIPSIS;
    }
}
