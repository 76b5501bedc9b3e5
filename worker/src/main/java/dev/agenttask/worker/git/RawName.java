package dev.agenttask.worker.git;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The bytes of a path as the kernel has them. They need not be text; {@link Path#toString} loses those that are not,
 * and {@link Path#toUri} keeps them.
 */
final class RawName {

    private static final int HEXADECIMAL = 16;

    private RawName() {}

    /** The bytes of a file name or of the target of a symbolic link. */
    static byte[] of(Path path) {
        var text = path.toString();
        if (text.chars().allMatch(c -> c < 0x80)) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
        var raw = path.toUri().getRawPath();
        if (!path.isAbsolute()) {
            raw = raw.substring(Path.of("").toUri().getRawPath().length());
        }
        // A slash is added where there happens to be a directory of that name.
        if (raw.endsWith("/") && !text.endsWith("/")) {
            raw = raw.substring(0, raw.length() - 1);
        }
        return decode(raw);
    }

    private static byte[] decode(String raw) {
        var bytes = new ByteArrayOutputStream(raw.length());
        for (var i = 0; i < raw.length(); i++) {
            var c = raw.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(raw, i + 1, i + 3, HEXADECIMAL));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }
}
