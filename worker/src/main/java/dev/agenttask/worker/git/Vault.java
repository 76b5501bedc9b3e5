package dev.agenttask.worker.git;

import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** The trusted bare repository: holds the base and what is made of the agent's work. */
public final class Vault {

    /** Where the base is kept from being forgotten. */
    public static final String BASE = "refs/agenttask/base";
    /** Where the commit made of the work is kept. */
    public static final String HEAD = "refs/agenttask/head";

    /** Where the last checkpoint of the work is kept. */
    public static final String CHECKPOINT = "refs/agenttask/checkpoint";

    private static final long STREAM_THRESHOLD = 1 << 20;

    private Vault() {}

    /**
     * Makes an empty one.
     *
     * @throws IOException if there is one, or the directory cannot be written
     */
    public static Repository create(Path directory) throws IOException {
        var repository = builder(directory).build();
        repository.create(true);
        configure(repository.getConfig());
        return repository;
    }

    /**
     * Opens the one that the clone made.
     *
     * @throws IOException if there is none
     */
    public static Repository open(Path directory) throws IOException {
        return builder(directory).setMustExist(true).build();
    }

    /**
     * Whether two commits have the same files.
     *
     * @throws IOException if one of them is not there
     */
    public static boolean sameFiles(Repository vault, String commit, String other) throws IOException {
        return vault.resolve(commit + "^{tree}").equals(vault.resolve(other + "^{tree}"));
    }

    private static FileRepositoryBuilder builder(Path directory) {
        return new FileRepositoryBuilder().setBare().setGitDir(directory.toFile());
    }

    private static void configure(StoredConfig config) throws IOException {
        config.setBoolean("http", null, "followRedirects", false);
        config.setInt("gc", null, "auto", 0);
        // Large blobs are streamed, and pushing does not spend time on smaller packs.
        config.setLong("core", null, "streamFileThreshold", STREAM_THRESHOLD);
        config.setBoolean("pack", null, "deltaCompression", false);
        config.setInt("pack", null, "threads", 1);
        config.save();
    }
}
