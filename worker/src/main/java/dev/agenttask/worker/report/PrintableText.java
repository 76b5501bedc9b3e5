package dev.agenttask.worker.report;

import java.nio.charset.StandardCharsets;

/** Turns bytes that an untrusted program printed into text that is safe in JSON, a log and a terminal. */
public final class PrintableText {

    private static final String ELLIPSIS = "...";
    private static final char REPLACEMENT = '\uFFFD';
    /** Unicode's pictures of the control characters stand here in the order of the characters. */
    private static final int CONTROL_PICTURES = 0x2400;

    private static final char DELETE = 0x7f;
    private static final char PICTURE_OF_DELETE = '\u2421';

    private PrintableText() {}

    /**
     * Decodes one line: malformed UTF-8 becomes U+FFFD, a control character its picture (ESC becomes U+241B), and
     * characters that turn the direction of the text become U+FFFD. Tabs stay.
     */
    static String of(byte[] bytes, int offset, int length) {
        return of(new String(bytes, offset, length, StandardCharsets.UTF_8));
    }

    /** Does the same to text. */
    public static String of(String text) {
        var firstUnsafe = 0;
        while (firstUnsafe < text.length() && safe(text.charAt(firstUnsafe)) == text.charAt(firstUnsafe)) {
            firstUnsafe++;
        }
        if (firstUnsafe == text.length()) {
            return text;
        }
        var clean = new StringBuilder(text.length()).append(text, 0, firstUnsafe);
        for (var i = firstUnsafe; i < text.length(); i++) {
            clean.append(safe(text.charAt(i)));
        }
        return clean.toString();
    }

    /** A text that is too long without its beginning, which an ellipsis stands for; no character is cut in two. */
    static String end(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        var start = text.length() - length;
        return ELLIPSIS + text.substring(Character.isLowSurrogate(text.charAt(start)) ? start + 1 : start);
    }

    private static char safe(char c) {
        if (c < ' ') {
            return c == '\t' ? c : (char) (CONTROL_PICTURES + c);
        }
        if (c < DELETE) {
            return c;
        }
        if (c == DELETE) {
            return PICTURE_OF_DELETE;
        }
        var c1 = c <= 0x9f;
        var separator = c == 0x2028 || c == 0x2029;
        var direction = c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069;
        return c1 || separator || direction ? REPLACEMENT : c;
    }
}
