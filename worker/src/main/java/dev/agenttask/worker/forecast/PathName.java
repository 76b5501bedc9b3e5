package dev.agenttask.worker.forecast;

import dev.agenttask.api.Forecast;
import dev.agenttask.api.Texts;
import dev.agenttask.worker.git.TreeDifference;
import dev.agenttask.worker.report.PrintableText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Paths for people: as they are where that is safe to print, and otherwise as git quotes them. */
final class PathName {

    private static final String ESCAPED = "\"\\";

    private PathName() {}

    /** Of a path whose chars are its bytes. */
    static String of(String path) {
        var bytes = TreeDifference.bytes(path);
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            var plain = text.equals(PrintableText.of(text)) && text.indexOf('\t') < 0 && text.indexOf('"') < 0;
            return Texts.cut(plain ? text : quoted(bytes), Forecast.MAX_PATH);
        } catch (CharacterCodingException e) {
            return Texts.cut(quoted(bytes), Forecast.MAX_PATH);
        }
    }

    private static String quoted(byte[] bytes) {
        var quoted = new StringBuilder("\"");
        for (var b : bytes) {
            if (ESCAPED.indexOf(b) >= 0) {
                quoted.append('\\').append((char) b);
            } else if (b >= ' ' && b < 0x7f) {
                quoted.append((char) b);
            } else {
                quoted.append("\\%03o".formatted(b & 0xff));
            }
        }
        return quoted.append('"').toString();
    }
}
