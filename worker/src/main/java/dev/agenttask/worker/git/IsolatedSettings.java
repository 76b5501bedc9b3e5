package dev.agenttask.worker.git;

import java.io.IOException;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/** Keeps the settings of the machine and of the user away from git, and its memory small. */
public final class IsolatedSettings extends SystemReader.Delegate {

    private static final int STREAM_THRESHOLD = 1 << 20;
    private static final long CACHE_BYTES = 8 << 20;

    private IsolatedSettings(SystemReader system) {
        super(system);
    }

    /** Installs this for the whole process: git's library has one such place. */
    public static void install() {
        SystemReader.setInstance(new IsolatedSettings(SystemReader.getInstance()));
        var cache = new WindowCacheConfig();
        cache.setPackedGitLimit(CACHE_BYTES);
        cache.setDeltaBaseCacheLimit((int) CACHE_BYTES);
        cache.setStreamFileThreshold(STREAM_THRESHOLD);
        cache.install();
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public StoredConfig getUserConfig() throws ConfigInvalidException, IOException {
        return new Nothing(null, FS.DETECTED);
    }

    @Override
    public StoredConfig getJGitConfig() throws ConfigInvalidException, IOException {
        return new Nothing(null, FS.DETECTED);
    }

    @Override
    public StoredConfig getSystemConfig() throws ConfigInvalidException, IOException {
        return new Nothing(null, FS.DETECTED);
    }

    /** Settings that are not read from anywhere and never saved. */
    private static final class Nothing extends FileBasedConfig {

        Nothing(@Nullable Config parent, FS fs) {
            super(parent, null, fs);
        }

        @Override
        public void load() {
            clear();
        }

        @Override
        public void save() {
            // What JGit measures of the file system is for this process alone.
        }

        @Override
        public boolean isOutdated() {
            return false;
        }

        /**
         * Answers what JGit would otherwise measure, for some three seconds of CPU per file system, before its first
         * checkout: how coarse the times of files may be.
         */
        @Override
        public @Nullable String getString(String section, @Nullable String subsection, String name) {
            return section.equals("filesystem") ? "10 milliseconds" : super.getString(section, subsection, name);
        }
    }
}
