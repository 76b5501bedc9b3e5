package dev.agenttask.worker.run;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.fixture.GitServer;
import dev.agenttask.worker.fixture.Plans;
import dev.agenttask.worker.fixture.Supervise;
import dev.agenttask.worker.git.Credential;
import dev.agenttask.worker.git.IsolatedSettings;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.git.Retry;
import dev.agenttask.worker.pod.Layout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cloning commits that git itself would never make: their trees are to lead the clone out of the workspace. */
class HostileRepositoryIT {

    private static final String FILE = "100644";
    private static final String LINK = "120000";
    private static final String TREE = "40000";

    @TempDir
    private Path directory;

    private GitServer server;
    private Path bare;
    private Layout layout;

    @BeforeAll
    static void isolate() {
        IsolatedSettings.install();
    }

    @BeforeEach
    void serve() throws IOException {
        server = new GitServer(Files.createDirectory(directory.resolve("repositories")));
        bare = server.createWith("shop.git", "app.txt", "1\n");
        layout = new Layout(directory.resolve("pod"));
        Files.createDirectories(layout.vault());
        Files.createDirectories(layout.workspace());
        Files.createDirectories(layout.tools());
        Supervise.installIntoImage(layout.supervisorOfImage());
    }

    @AfterEach
    void end() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", ".git", ".GIT/../.git", "../vault", "/", "a/../../vault", ".git/hooks"})
    void a_directory_whose_name_leads_out_of_the_workspace_is_refused_and_nothing_is_written(String name)
            throws Exception {
        var before = around();
        serve(entry(TREE, name, tree(entry(FILE, "planted", blob("evil\n")))));

        assertUnusable(clonedReport());
        assertThat(around()).isEqualTo(before);
        assertThat(layout.workspace().resolve(".git/planted")).doesNotExist();
        assertThat(layout.workspace().resolve(".git/hooks/planted")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../planted", "/tmp/planted", ".git/config", "..", ".git"})
    void a_file_whose_name_is_a_path_is_refused_and_nothing_is_written(String name) throws Exception {
        var before = around();
        serve(entry(FILE, name, blob("evil\n")));

        assertUnusable(clonedReport());
        assertThat(around()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_link_and_a_directory_of_one_name_write_nothing_behind_the_link(boolean linkFirst) throws Exception {
        var before = around();
        var link = entry(LINK, "way", blob(layout.vault().toString()));
        var behind = entry(TREE, "way", tree(entry(FILE, "planted", blob("evil\n"))));
        serve(linkFirst ? new byte[][] {link, behind} : new byte[][] {behind, link});

        assertUnusable(clonedReport());
        assertThat(around()).isEqualTo(before);
    }

    @Test
    void a_small_pack_of_a_tree_with_a_hundred_million_files_is_refused_before_one_is_written() throws Exception {
        var tree = tree(entries(100, FILE, blob("x")));
        for (var level = 0; level < 3; level++) {
            tree = tree(entries(100, TREE, tree));
        }
        serve(entry(TREE, "many", tree));

        assertTooLarge(clonedReport(), "200000 files");
    }

    @Test
    void a_small_pack_of_files_larger_than_the_workspace_is_refused_before_one_is_written() throws Exception {
        serve(entries(100, FILE, blob("0".repeat(20 << 20))));

        assertTooLarge(clonedReport(), "limits.workspaceSize");
    }

    @Test
    void a_tree_deeper_than_any_path_is_refused_before_it_is_written() throws Exception {
        var tree = tree(entry(FILE, "bottom", blob("x")));
        for (var level = 0; level < 300; level++) {
            tree = tree(entry(TREE, "d", tree));
        }
        serve(entry(TREE, "d", tree));

        assertTooLarge(clonedReport(), "200 deep");
    }

    private void serve(byte[]... entries) throws Exception {
        var commit = git(bare, "commit-tree", "-m", "Evil", tree(entries));
        git(bare, "update-ref", "refs/heads/main", commit);
    }

    private static byte[] entry(String mode, String name, String id) throws IOException {
        var entry = new ByteArrayOutputStream();
        entry.write((mode + " " + name + "\0").getBytes(StandardCharsets.UTF_8));
        entry.write(HexFormat.of().parseHex(id));
        return entry.toByteArray();
    }

    private static byte[][] entries(int count, String mode, String id) throws IOException {
        var entries = new byte[count][];
        for (var i = 0; i < count; i++) {
            entries[i] = entry(mode, "%03d".formatted(i), id);
        }
        return entries;
    }

    private String tree(byte[]... entries) throws Exception {
        var content = new ByteArrayOutputStream();
        for (var entry : entries) {
            content.write(entry);
        }
        return write("tree", content.toByteArray());
    }

    private String blob(String content) throws Exception {
        return write("blob", content.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes an object as it is, which git refuses to do unless it is told to. */
    private String write(String type, byte[] content) throws Exception {
        var file = Files.write(directory.resolve("object"), content);
        return git(bare, "hash-object", "-t", type, "-w", "--literally", file.toString());
    }

    private StepReport clonedReport() {
        var url = server.url("shop.git");
        var plan = Plans.with(Plans.of(url), Plans.repository(url, "main", "", 1));
        var remote =
                new Remote(url, Optional.of(new Credential(GitServer.USER, GitServer.PASSWORD)), Duration.ofSeconds(5));
        var clock = Clock.systemUTC();
        return new CloneStep(layout, plan, remote, new Retry(clock, Duration.ZERO), Duration.ofSeconds(60), clock)
                .run();
    }

    private static void assertUnusable(StepReport report) {
        assertThat(report.reason()).as(report.message()).isEqualTo("RepositoryUnusable");
        assertThat(report.failureClass()).isEqualTo(FailureClass.TASK);
    }

    private void assertTooLarge(StepReport report, String words) {
        assertThat(report.reason()).as(report.message()).isEqualTo("RepositoryTooLarge");
        assertThat(report.failureClass()).isEqualTo(FailureClass.TASK);
        assertThat(report.message()).contains(words);
        assertThat(layout.workspace()).isEmptyDirectory();
    }

    /** The names of all that is outside the workspace and is not an object or a record of the vault. */
    private Set<String> around() throws IOException {
        var names = new TreeSet<String>();
        try (var paths = Files.walk(directory)) {
            paths.map(path -> directory.relativize(path).toString())
                    .filter(path -> path.contains("planted"))
                    .filter(path -> !path.startsWith("pod/workspace/"))
                    .forEach(names::add);
        }
        if (Files.exists(Path.of("/tmp/planted"))) {
            names.add("/tmp/planted");
        }
        return names;
    }
}
