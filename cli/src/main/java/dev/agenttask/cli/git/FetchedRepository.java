package dev.agenttask.cli.git;

import dev.agenttask.cli.exit.PlatformException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.TransportException;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * What was fetched from a repository, in a directory that is gone when this is closed. Redirects are not followed, so that a
 * credential reaches the server of the URL alone.
 */
public final class FetchedRepository implements AutoCloseable {

    private static final String FETCHED = "refs/agenttask/fetched";
    private static final int SECONDS = 60;

    private final Path directory;
    private final Git git;
    private final String url;
    private final Optional<GitCredential> credential;

    private FetchedRepository(Path directory, Git git, String url, Optional<GitCredential> credential) {
        this.directory = directory;
        this.git = git;
        this.url = url;
        this.credential = credential;
    }

    /** An empty repository that fetches from a URL. */
    public static FetchedRepository of(String url, Optional<GitCredential> credential) {
        try {
            var directory = Files.createTempDirectory("agenttask-");
            var git = Git.init().setBare(true).setGitDir(directory.toFile()).call();
            git.getRepository().getConfig().setString("http", null, "followRedirects", "false");
            return new FetchedRepository(directory, git, url, credential);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GitAPIException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Fetches the commit at a ref and its parents.
     *
     * @param depth how many generations
     * @throws PlatformException if the server does not answer, refuses, or has no such ref
     */
    public String fetch(String ref, int depth) {
        var fetch = git.fetch()
                .setRemote(url)
                .setTimeout(SECONDS)
                .setTagOpt(TagOpt.NO_TAGS)
                .setDepth(depth)
                .setRefSpecs(List.of(new RefSpec("+" + ref + ":" + FETCHED)));
        credential.ifPresent(
                c -> fetch.setCredentialsProvider(new UsernamePasswordCredentialsProvider(c.username(), c.password())));
        try {
            fetch.call();
            return Optional.ofNullable(git.getRepository().resolve(FETCHED))
                    .map(ObjectId::name)
                    .orElseThrow(() -> new PlatformException(url + " has no " + ref + "."));
        } catch (TransportException e) {
            throw new PlatformException(
                    ref + " cannot be fetched from " + url + ": " + e.getMessage()
                            + (credential.isPresent()
                                    ? ""
                                    : ". It was tried without a credential: the task's Secret cannot be read, or is not for this host."),
                    e);
        } catch (GitAPIException e) {
            throw new PlatformException(ref + " cannot be fetched from " + url + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a file in a commit; empty if it has none of that path. */
    public Optional<String> file(String commit, String path) {
        var repository = git.getRepository();
        try (var walk = new RevWalk(repository);
                var tree = TreeWalk.forPath(
                        repository,
                        path,
                        walk.parseCommit(ObjectId.fromString(commit)).getTree())) {
            return tree == null
                    ? Optional.empty()
                    : Optional.of(
                            new String(repository.open(tree.getObjectId(0)).getBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a commit is there. */
    public boolean has(String commit) {
        try {
            return git.getRepository().getObjectDatabase().has(ObjectId.fromString(commit));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the difference between two commits, as {@code git diff} does. */
    public void diff(String base, String head, OutputStream out) {
        try (var formatter = formatter(out)) {
            formatter.format(formatter.scan(tree(base), tree(head)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A file that differs.
     *
     * @param path of it, or where it was
     * @param change added, modified, deleted, renamed or copied
     * @param insertions how many lines were added
     * @param deletions how many lines were removed
     */
    public record ChangedFile(String path, String change, int insertions, int deletions) {}

    /** The files that differ between two commits. */
    public List<ChangedFile> changedFiles(String base, String head) {
        try (var formatter = formatter(OutputStream.nullOutputStream())) {
            var changed = new java.util.ArrayList<ChangedFile>();
            for (var entry : formatter.scan(tree(base), tree(head))) {
                changed.add(changedFile(formatter, entry));
            }
            return List.copyOf(changed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ChangedFile changedFile(DiffFormatter formatter, DiffEntry entry) throws IOException {
        var insertions = 0;
        var deletions = 0;
        for (var edit : formatter.toFileHeader(entry).toEditList()) {
            insertions += edit.getLengthB();
            deletions += edit.getLengthA();
        }
        var gone = entry.getChangeType() == DiffEntry.ChangeType.DELETE;
        return new ChangedFile(
                gone ? entry.getOldPath() : entry.getNewPath(),
                entry.getChangeType().name().toLowerCase(java.util.Locale.ROOT),
                insertions,
                deletions);
    }

    private DiffFormatter formatter(OutputStream out) {
        var formatter = new DiffFormatter(out);
        formatter.setRepository(git.getRepository());
        formatter.setDetectRenames(true);
        return formatter;
    }

    private ObjectId tree(String commit) throws IOException {
        Repository repository = git.getRepository();
        try (var walk = new RevWalk(repository)) {
            return walk.parseCommit(ObjectId.fromString(commit)).getTree();
        }
    }

    @Override
    public void close() {
        git.close();
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(
                        Path visited, @org.jspecify.annotations.Nullable IOException e) throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
