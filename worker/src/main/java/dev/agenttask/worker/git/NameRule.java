package dev.agenttask.worker.git;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.ObjectChecker;

/** Which names may stand in a commit: any that cannot be taken for {@code .git} on whatever system checks it out. */
final class NameRule {

    private final ObjectChecker everywhere = new ObjectChecker().setSafeForMacOS(true);
    private final ObjectChecker onWindows =
            new ObjectChecker().setSafeForMacOS(true).setSafeForWindows(true);

    /** Whether a file or directory of that name may be committed. */
    boolean permits(byte[] name) {
        try {
            everywhere.checkPathSegment(name, 0, name.length);
            // Names that Windows has no place for, such as aux.c, are common. Streams such as .git::$INDEX_ALLOCATION
            // and short names such as GIT~2 are not.
            var start = new String(name, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
            if (start.startsWith(".git")) {
                onWindows.checkPathSegment(name, 0, name.length);
            }
            return !start.matches("git~[0-9]");
        } catch (CorruptObjectException e) {
            return false;
        }
    }
}
