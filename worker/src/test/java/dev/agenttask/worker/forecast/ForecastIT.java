package dev.agenttask.worker.forecast;

import static dev.agenttask.fixture.GitServer.git;
import static dev.agenttask.worker.forecast.Results.delete;
import static dev.agenttask.worker.forecast.Results.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Forecast.State;
import dev.agenttask.api.forecast.ForecastAnswer;
import dev.agenttask.api.forecast.ForecastAnswer.Conflict;
import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.fixture.GitServer;
import dev.agenttask.worker.git.IsolatedSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forecasts of results on a real git server. */
class ForecastIT {

    private static final String LINES =
            IntStream.rangeClosed(1, 20).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());

    @TempDir
    private Path directory;

    private GitServer server;
    private Results results;

    @BeforeAll
    static void isolate() {
        IsolatedSettings.install();
    }

    @BeforeEach
    void serve() throws IOException {
        server = new GitServer(Files.createDirectory(directory.resolve("repositories")));
        results = new Results(directory, server, "list", LINES, "other", "x\n", "docs/guide", "g\n", ".gitignore", "");
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void changes_of_different_lines_merge_and_so_do_equal_changes() throws Exception {
        results.with("top", line(1, "first")).with("end", line(20, "last")).with("same", line(20, "last"));

        var answer = results.forecast();

        assertThat(answer.conflicts()).isEmpty();
        assertThat(answer.base().ref()).isEqualTo("refs/heads/main");
        assertThat(answer.base().commit()).isEqualTo(git(results.work(), "rev-parse", "origin/main"));
        assertThat(answer.heads()).allMatch(head -> head.state() == State.COMPARED);
        assertThat(positions(answer)).containsExactly(1, 2, 3);
    }

    @Test
    void changes_of_the_same_line_conflict_and_the_one_with_the_most_conflicts_goes_last() throws Exception {
        results.with("greedy", work -> {
                    line(1, "mine").in(work);
                    line(20, "mine too").in(work);
                })
                .with("top", line(1, "first"))
                .with("end", line(20, "last"));

        var answer = results.forecast();

        assertThat(answer.conflicts())
                .containsExactly(new Conflict(0, 1, 1, List.of("list")), new Conflict(0, 2, 1, List.of("list")));
        assertThat(answer.heads()).extracting(ForecastAnswer.Head::conflicts).containsExactly(2, 1, 1);
        assertThat(positions(answer)).containsExactly(3, 1, 2);
    }

    @Test
    void results_that_share_no_path_are_never_merged_with_each_other() throws Exception {
        results.with("one", write("one", "1"))
                .with("two", write("two", "2"))
                .with("three", write("docs/guide", "3"))
                .with("four", write("docs/guide", "4"));

        var answer = results.forecast();

        assertThat(answer.merges()).isEqualTo(1);
        assertThat(answer.conflicts()).containsExactly(new Conflict(2, 3, 1, List.of("docs/guide")));
    }

    @Test
    void one_that_changes_what_the_other_removes_or_renames_conflicts() throws Exception {
        results.with("changes", line(3, "new"))
                .with("removes", delete("list"))
                .with("renames", work -> Files.move(work.resolve("list"), work.resolve("names")));

        var answer = results.forecast();

        assertThat(answer.conflicts())
                .containsExactly(new Conflict(0, 1, 1, List.of("list")), new Conflict(0, 2, 1, List.of("list")));
    }

    @Test
    void a_file_of_one_where_the_other_has_a_directory_conflicts() throws Exception {
        results.with("file", write("new", "file")).with("directory", write("new/below/file", "other"));

        var answer = results.forecast();

        assertThat(answer.conflicts()).hasSize(1);
        assertThat(answer.conflicts().getFirst().paths()).contains("new");
    }

    @Test
    void a_directory_that_one_turns_into_a_file_conflicts_with_what_the_other_adds_to_it() throws Exception {
        results.with("file", work -> {
                    delete("docs/guide").in(work);
                    Files.delete(work.resolve("docs"));
                    write("docs", "one page").in(work);
                })
                .with("adds", write("docs/faq", "?"));

        assertThat(results.forecast().conflicts()).hasSize(1);
    }

    @Test
    void both_adding_a_file_of_one_name_conflict_unless_it_is_the_same() throws Exception {
        results.with("one", write("new", "1\n"))
                .with("two", write("new", "2\n"))
                .with("three", write("new", "1\n"));

        var answer = results.forecast();

        assertThat(pairs(answer)).containsExactly("one two", "two three");
    }

    @Test
    void three_that_merge_pair_by_pair_are_tried_together() throws Exception {
        results.with("top", line(1, "first")).with("end", line(20, "last")).with("middle", line(10, "tenth"));

        assertThat(results.forecast().conflicts()).isEmpty();
        assertThat(positions(results.forecast())).containsExactly(1, 2, 3);
    }

    @Test
    void a_result_that_the_base_has_is_left_out_whether_merged_or_squashed() throws Exception {
        results.with("merged", line(1, "first"))
                .with("squashed", line(20, "last"))
                .with("open", line(10, "tenth"));
        var work = results.work();
        git(work, "checkout", "-q", "-f", "--detach", "origin/main");
        git(work, "merge", "-q", "--no-ff", "-m", "Merge", "origin/agenttask/merged");
        git(work, "push", "-q", "origin", "HEAD:main");
        results.main("Squash", line(20, "last")).main("More", write("other", "y\n"));

        var answer = results.forecast();

        assertThat(answer.heads())
                .extracting(ForecastAnswer.Head::state)
                .containsExactly(State.MERGED, State.MERGED, State.COMPARED);
        assertThat(positions(answer)).containsExactly(0, 0, 1);
    }

    @Test
    void a_branch_that_is_gone_or_elsewhere_is_left_out() throws Exception {
        results.with("gone", line(1, "a")).with("moved", line(1, "b")).with("here", line(1, "c"));
        var work = results.work();
        git(work, "push", "-q", "origin", ":refs/heads/agenttask/gone");
        git(work, "push", "-q", "-f", "origin", "origin/main:refs/heads/agenttask/moved");

        var answer = results.forecast();

        assertThat(answer.heads())
                .extracting(ForecastAnswer.Head::state)
                .containsExactly(State.GONE, State.MOVED, State.COMPARED);
        assertThat(answer.conflicts()).isEmpty();
        assertThat(answer.heads().get(1).note()).contains("agenttask/moved");
    }

    @Test
    void results_that_start_from_different_commits_are_compared_on_the_base_as_it_is_now() throws Exception {
        results.with("old", line(1, "first"))
                .main("Change", line(20, "twentieth"))
                .with("new", line(2, "second"))
                .with("other", line(10, "tenth"));

        var answer = results.forecast();

        assertThat(pairs(answer)).containsExactly("old new");
    }

    @Test
    void a_result_that_does_not_fit_the_base_any_more_says_so_and_comes_last() throws Exception {
        results.with("late", line(1, "mine")).with("fine", line(20, "last")).main("Change", line(1, "theirs"));

        var answer = results.forecast();

        assertThat(answer.conflicts()).containsExactly(new Conflict(0, null, 1, List.of("list")));
        assertThat(positions(answer)).containsExactly(2, 1);
    }

    @Test
    void a_base_that_is_far_ahead_is_fetched_whole() throws Exception {
        results.with("old", line(1, "first"));
        results.ahead(120, "other").with("new", line(1, "other"));

        assertThat(pairs(results.forecast())).containsExactly("old new");
    }

    @Test
    void a_result_of_another_history_cannot_be_compared() throws Exception {
        results.with("fine", line(1, "x"));
        var work = results.work();
        git(work, "checkout", "-q", "--orphan", "strange");
        git(work, "commit", "-q", "-m", "Strange");
        git(work, "push", "-q", "origin", "HEAD:refs/heads/agenttask/strange");
        var commit = git(work, "rev-parse", "HEAD");
        var heads = List.of(
                results.plan().heads().getFirst(),
                new ForecastPlan.Head("strange", "agenttask/strange", commit, commit.replace('a', 'b')));

        var answer = results.forecast(new ForecastPlan(results.plan().url(), "main", heads));

        assertThat(answer.heads())
                .extracting(ForecastAnswer.Head::state)
                .containsExactly(State.COMPARED, State.INCOMPARABLE);
    }

    @Test
    void attributes_and_drivers_of_the_repository_have_no_effect() throws Exception {
        results.main("Attributes", write(".gitattributes", "list merge=union\nother merge=evil\n* filter=evil\n"))
                .with("one", line(5, "one"))
                .with("two", work -> {
                    line(5, "two").in(work);
                    write(".gitattributes", "* merge=ours\n").in(work);
                })
                .with("three", write(".gitattributes", "* merge=union\n"));

        var answer = results.forecast();

        assertThat(pairs(answer)).containsExactly("one two", "two three");
    }

    @Test
    void a_file_that_is_too_large_is_not_read_and_counts_as_a_conflict() throws Exception {
        var random = new Random(1);
        var large = new byte[3 << 20];
        results.with("one", work -> Files.write(work.resolve("big"), fill(random, large)))
                .with("two", work -> Files.write(work.resolve("big"), fill(random, large)));

        var answer = results.forecast();

        assertThat(answer.conflicts()).containsExactly(new Conflict(0, 1, 1, List.of("big (too large to compare)")));
    }

    @Test
    void names_that_are_not_text_are_told_as_git_quotes_them() throws Exception {
        for (var task : List.of("one", "two")) {
            results.with(task, work -> {
                // Java cannot name such a file.
                git(work, "config", "core.quotepath", "true");
                GitServer.git(work, "-c", "alias.odd=!printf " + task + " > \"$(printf 'odd\\377name')\"", "odd");
            });
        }

        assertThat(results.forecast().conflicts()).containsExactly(new Conflict(0, 1, 1, List.of("\"odd\\377name\"")));
    }

    @Test
    void a_tree_that_holds_itself_many_times_over_cannot_be_compared_and_does_no_harm() throws Exception {
        results.with("fine", line(1, "x"));
        var work = results.work();
        var script = """
                !blob=$(echo x | git hash-object -w --stdin); tree=$(printf '100644 blob %s\\tf\\n' $blob | git mktree); \
                for i in 1 2 3 4 5 6 7 8 9; do \
                tree=$(for j in 0 1 2 3 4 5 6 7 8 9; do printf '040000 tree %s\\td%s\\n' $tree $j; done | git mktree); done; \
                commit=$(git commit-tree -p origin/main -m Bomb $tree); git push -q origin $commit:refs/heads/agenttask/bomb; \
                echo $commit""";
        var commit = git(work, "-c", "alias.bomb=" + script, "bomb");
        var base = git(work, "rev-parse", "origin/main");
        var heads = List.of(
                results.plan().heads().getFirst(), new ForecastPlan.Head("bomb", "agenttask/bomb", commit, base));

        var answer = results.forecast(new ForecastPlan(results.plan().url(), "", heads));

        assertThat(answer.heads().get(1).state()).isEqualTo(State.INCOMPARABLE);
        assertThat(answer.heads().get(1).note()).contains("too many files");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void what_is_told_of_pairs_and_of_the_order_is_what_git_says(long seed) throws Exception {
        var paths = List.of("list", "second", "third");
        results.main("Files", work -> {
                    for (var path : paths) {
                        write(path, LINES).in(work);
                    }
                })
                .random(14, paths, new Random(seed));

        var answer = results.forecast();

        var heads = results.plan().heads();
        var conflicting = new ArrayList<String>();
        for (var i = 0; i < heads.size(); i++) {
            for (var j = i + 1; j < heads.size(); j++) {
                if (!merges(heads.get(i).commit(), heads.get(j).commit())) {
                    conflicting.add(heads.get(i).task() + " " + heads.get(j).task());
                }
            }
        }
        assertThat(conflicting).isNotEmpty();
        assertThat(pairs(answer)).containsExactlyInAnyOrderElementsOf(conflicting);
        assertThat(mergedInOrder(answer)).isEqualTo(heads.size() - lastOnes(answer));
    }

    private boolean merges(String one, String other) {
        try {
            git(results.work(), "merge-tree", "--write-tree", one, other);
            return true;
        } catch (IllegalStateException conflict) {
            return false;
        }
    }

    /** How many results git merges one after the other, in the suggested order, before the first that it does not. */
    private int mergedInOrder(ForecastAnswer answer) {
        var inOrder = answer.heads().stream()
                .sorted(Comparator.comparingInt(ForecastAnswer.Head::position))
                .toList();
        git(results.work(), "checkout", "-q", "-f", "--detach", "origin/main");
        for (var i = 0; i < inOrder.size(); i++) {
            try {
                git(results.work(), "merge", "-q", "--no-edit", inOrder.get(i).commit());
            } catch (IllegalStateException conflict) {
                return i;
            }
        }
        return inOrder.size();
    }

    /** How many come last because they do not merge any more: each conflicts with one that is before it. */
    private static int lastOnes(ForecastAnswer answer) {
        return (int) IntStream.range(0, answer.heads().size())
                .filter(i -> answer.conflicts().stream()
                        .anyMatch(c -> c.head() == i && before(answer, c.other(), i)
                                || c.other() == i && before(answer, c.head(), i)))
                .count();
    }

    private static boolean before(ForecastAnswer answer, int one, int other) {
        return answer.heads().get(one).position() < answer.heads().get(other).position();
    }

    @Test
    void two_hundred_results_that_all_conflict_are_told_in_a_line_that_fits() throws Exception {
        results.many(200, "list");
        var printed = new ByteArrayOutputStream();

        assertThat(results.run(results.plan(), printed).ok()).isTrue();

        assertThat(printed.size()).isLessThan(ForecastAnswer.MAX_BYTES);
        var answer =
                ForecastAnswer.find(printed.toString(StandardCharsets.UTF_8)).orElseThrow();
        assertThat(answer.merges()).isEqualTo(199 * 200 / 2);
        assertThat(answer.heads()).allMatch(head -> head.conflicts() == 199);
        for (var i = 0; i < 200; i++) {
            var self = i;
            assertThat(answer.conflicts().stream()
                            .filter(c -> c.head() == self || c.other() == self)
                            .count())
                    .isGreaterThanOrEqualTo(8);
        }
        assertThat(positions(answer)).doesNotHaveDuplicates().contains(1, 200);
    }

    @Test
    void a_repository_that_does_not_answer_and_a_base_that_is_gone_are_told_apart() throws Exception {
        results.with("one", line(1, "x"));
        var plan = results.plan();
        var noBase =
                results.run(new ForecastPlan(plan.url(), "refs/heads/gone", plan.heads()), new ByteArrayOutputStream());
        assertThat(noBase.reason()).isEqualTo("RefNotFound");
        server.answerWith(exchange -> GitServer.Answer.of(403));
        var refused = results.run(plan, new ByteArrayOutputStream());
        assertThat(refused.reason()).isEqualTo("RepositoryRefused");
        assertThat(refused.message()).doesNotContain(GitServer.PASSWORD);
        server.answerWith(exchange -> GitServer.Answer.of(503));
        assertThat(results.run(plan, new ByteArrayOutputStream()).reason()).isEqualTo("RepositoryUnreachable");
    }

    private static Results.Edit line(int number, String text) {
        return work -> {
            var lines = Files.readAllLines(work.resolve("list"));
            lines.set(number - 1, text);
            Files.write(work.resolve("list"), lines);
        };
    }

    private static byte[] fill(Random random, byte[] bytes) {
        random.nextBytes(bytes);
        return bytes;
    }

    private static List<Integer> positions(ForecastAnswer answer) {
        return answer.heads().stream().map(ForecastAnswer.Head::position).toList();
    }

    private static List<String> pairs(ForecastAnswer answer) {
        return answer.conflicts().stream()
                .map(c -> answer.heads().get(c.head()).task() + " "
                        + answer.heads().get(c.other()).task())
                .toList();
    }
}
